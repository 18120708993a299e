namespace Platform.Ledger;

/// <summary>
/// How a key follows another: the event that says so carries a statement that both keys signed, the new one to show that its holder has it,
/// the one before because nobody else may name its successor.
/// </summary>
public static class KeyRotation
{
    /// <summary>Type of the event that announces the first key of its role and algorithm.</summary>
    public const string RegisteredType = "audit.key-registered";

    /// <summary>Type of the event by which a key follows another.</summary>
    public const string RotatedType = "audit.key-rotated";

    /// <summary>Whose events they are: the platform's own tenant. Those of another tenant announce nothing.</summary>
    public const string Tenant = "*DEFAULT*";

    /// <summary>Both types: such events are in every bundle.</summary>
    public static readonly IReadOnlyList<string> EventTypes = [RegisteredType, RotatedType];

    /// <summary>What both keys sign, in UTF-8: <c>platform/key-rotation/l1\n&lt;role&gt;\n&lt;algorithm&gt;\n&lt;previous&gt;\n&lt;publicKey&gt;\n</c>.</summary>
    /// <param name="role">What the keys speak for.</param>
    /// <param name="algorithm">Of both keys.</param>
    /// <param name="previous">The public key whose time ends.</param>
    /// <param name="next">The public key whose time begins.</param>
    public static byte[] Statement(KeyRole role, KeyAlgorithm algorithm, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> next) => NoteText.Utf8(
        $"platform/key-rotation/l1\n{KeyNames.Of(role)}\n{KeyNames.Of(algorithm)}\n{Base64.Encode(previous)}\n{Base64.Encode(next)}\n");

    /// <summary>Whether both keys signed the statement.</summary>
    /// <exception cref="PlatformNotSupportedException">The keys are of ML-DSA-65, and the platform has none.</exception>
    public static bool Verify(
        KeyRole role, KeyAlgorithm algorithm, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> next, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> previousSignature)
    {
        var statement = Statement(role, algorithm, previous, next);
        return KeyNames.Verify(algorithm, next, statement, signature) && KeyNames.Verify(algorithm, previous, statement, previousSignature);
    }
}
