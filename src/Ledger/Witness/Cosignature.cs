using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Platform.Ledger;

/// <summary>
/// A witness's statement that it saw a checkpoint at a time, consistent with all it had seen (C2SP tlog-cosignature). In the signature line stand the time,
/// 8 bytes of big-endian seconds since 1970, and the signature.
/// </summary>
public static class Cosignature
{
    private const int TimeSize = sizeof(long);
    private const int LongestName = byte.MaxValue;

    /// <summary>What an Ed25519 witness signs: <c>cosignature/v1</c>, the time, and the checkpoint's text.</summary>
    /// <param name="noteText">The checkpoint's text with its last newline.</param>
    /// <param name="seconds">Since 1970-01-01T00:00:00Z.</param>
    public static byte[] Message(string noteText, long seconds) =>
        NoteText.Utf8(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{noteText}"));

    /// <summary>What an ML-DSA-44 witness signs: <c>subtree/v1</c>, its name, the time, and the tree from its first leaf on, without extension lines.</summary>
    /// <exception cref="ArgumentException">The witness's name or the origin is empty or longer than 255 bytes.</exception>
    public static byte[] SubtreeMessage(string witness, Checkpoint checkpoint, long seconds)
    {
        byte[] message = [.. "subtree/v1\n\0"u8, .. Prefixed(witness), .. new byte[TimeSize], .. Prefixed(checkpoint.Origin), .. new byte[2 * TimeSize], .. checkpoint.Root.Bytes];
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan("subtree/v1\n\0"u8.Length + 1 + Encoding.UTF8.GetByteCount(witness)), seconds);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(message.Length - Hash.Size - TimeSize), checkpoint.Size);
        return message;
    }

    /// <summary>The time of a cosignature in seconds since 1970; null if it is too short, or the time past 2^63 - 1.</summary>
    /// <param name="signature">What stands in the signature line after the key id.</param>
    public static long? Time(ReadOnlySpan<byte> signature) =>
        signature.Length > TimeSize && BinaryPrimitives.ReadInt64BigEndian(signature) is >= 0 and var seconds ? seconds : null;

    /// <summary>Whether a cosignature is the witness's over the text, which must be a checkpoint.</summary>
    /// <exception cref="PlatformNotSupportedException">The key is of ML-DSA-44, and the platform has none.</exception>
    public static bool Verify(VerifierKey witness, string noteText, ReadOnlySpan<byte> signature)
    {
        if (Time(signature) is not { } seconds || !Checkpoint.TryParse(noteText, out var checkpoint))
            return false;
        return witness.Algorithm switch
        {
            KeyAlgorithm.WitnessEd25519 => Ed25519.Verify(witness.PublicKey.Span, Message(noteText, seconds), signature[TimeSize..]),
            KeyAlgorithm.WitnessMlDsa44 => IsPrefixable(witness.Name) && IsPrefixable(checkpoint.Origin)
                && MlDsa44.Verify(witness.PublicKey.Span, SubtreeMessage(witness.Name, checkpoint, seconds), signature[TimeSize..]),
            _ => throw new ArgumentException($"A key of {witness.Algorithm} is no witness's.", nameof(witness)),
        };
    }

    /// <summary>The time, and the signature behind it.</summary>
    internal static byte[] Timestamped(long seconds, byte[] signature)
    {
        byte[] bytes = [.. new byte[TimeSize], .. signature];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seconds);
        return bytes;
    }

    private static bool IsPrefixable(string text) => Encoding.UTF8.GetByteCount(text) is > 0 and <= LongestName;

    private static byte[] Prefixed(string text) => IsPrefixable(text) ? [(byte)Encoding.UTF8.GetByteCount(text), .. NoteText.Utf8(text)]
        : throw new ArgumentException($"A name in a cosignature has 1 to {LongestName} bytes.", nameof(text));
}
