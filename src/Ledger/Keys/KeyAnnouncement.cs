using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>What an event of <see cref="KeyRotation.EventTypes"/> says.</summary>
/// <param name="Role">What the key speaks for.</param>
/// <param name="Algorithm">Ed25519 or ML-DSA-65.</param>
/// <param name="PublicKey">The key whose time begins.</param>
/// <param name="Previous">The key whose time ends; null for the first of its role and algorithm.</param>
/// <param name="Signature">The new key's signature over <see cref="KeyRotation.Statement"/>; null for a first key.</param>
/// <param name="PreviousSignature">The former key's; null for a first key.</param>
public sealed record KeyAnnouncement(
    KeyRole Role, KeyAlgorithm Algorithm, ReadOnlyMemory<byte> PublicKey,
    ReadOnlyMemory<byte>? Previous = null, ReadOnlyMemory<byte>? Signature = null, ReadOnlyMemory<byte>? PreviousSignature = null)
{
    /// <summary>Whether nothing needs to be signed, or both signatures are valid.</summary>
    /// <exception cref="PlatformNotSupportedException">The keys are of ML-DSA-65, and the platform has none.</exception>
    public bool IsValid => Previous is not { } previous
        || KeyRotation.Verify(Role, Algorithm, previous.Span, PublicKey.Span, Signature.GetValueOrDefault().Span, PreviousSignature.GetValueOrDefault().Span);

    /// <summary>Reads an event's data; false when it isn't of these types, or a member is missing or misspelt.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="data">The event's JSON.</param>
    /// <param name="announcement">What it says.</param>
    public static bool TryParse(string type, string data, [NotNullWhen(true)] out KeyAnnouncement? announcement)
    {
        announcement = null;
        if (!KeyRotation.EventTypes.Contains(type))
            return false;
        try
        {
            using var json = JsonDocument.Parse(data);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !KeyNames.TryParse(Text(root, "role"), out KeyRole role)
                || !KeyNames.TryParse(Text(root, "algorithm"), out KeyAlgorithm algorithm) || Bytes(root, "publicKey") is not { } key || key.Length != KeyNames.PublicKeySize(algorithm))
                return false;
            if (type == KeyRotation.RegisteredType)
                announcement = new KeyAnnouncement(role, algorithm, key);
            else if (Bytes(root, "previous") is { } previous && Bytes(root, "signature") is { } signature && Bytes(root, "previousSignature") is { } previousSignature)
                announcement = new KeyAnnouncement(role, algorithm, key, previous, signature, previousSignature);
        }
        catch (JsonException)
        {
            return false;
        }

        return announcement is not null;
    }

    // A name with a lone surrogate makes the reader throw, which no other lookup does.
    private static string? Text(JsonElement json, string member)
    {
        try
        {
            return json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement json, string member) => Text(json, member) is { } text && Base64.TryDecode(text, out byte[]? bytes) ? bytes : null;
}
