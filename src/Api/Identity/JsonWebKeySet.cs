using System.Text;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>The keys of an issuer (RFC 7517, section 5) that can verify signatures here.</summary>
public sealed class JsonWebKeySet
{
    private const string Form = "A key set is a JSON object with an array \"keys\", no member twice.";

    private JsonWebKeySet(IReadOnlyList<JsonWebKey> keys, IReadOnlyList<string> ignored) => (Keys, Ignored) = (keys, ignored);

    /// <summary>RSA keys of 2048 to 8192 bits, and EC keys on P-256, P-384 and P-521.</summary>
    public IReadOnlyList<JsonWebKey> Keys { get; }

    /// <summary>For each key left aside a phrase that says why: other types (secrets too), other uses, too weak.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Reads a key set.</summary>
    /// <exception cref="FormatException">
    /// The text is no key set, or one of its RSA or EC keys is malformed or shows its private part.
    /// </exception>
    public static JsonWebKeySet Parse(string json) =>
        StrictJson.TryParseObject(Encoding.UTF8.GetBytes(json), out var set) ? Of(set) : throw new FormatException(Form);

    /// <summary>Reads a key set that is parsed already.</summary>
    /// <exception cref="FormatException">As above.</exception>
    internal static JsonWebKeySet Of(JsonElement set)
    {
        if (!set.TryGetProperty("keys", out var members) || members.ValueKind != JsonValueKind.Array)
            throw new FormatException(Form);
        var read = members.EnumerateArray().Select(JsonWebKeyReader.Read).ToList();
        return new JsonWebKeySet(
            [.. read.Where(result => result.Key is not null).Select(result => result.Key!)],
            [.. read.Where(result => result.Unusable is not null).Select(result => result.Unusable!)]);
    }

    /// <summary>
    /// The one key for this algorithm with this id, or the one key for it if no id is given; null if there is none or more than one.
    /// </summary>
    internal JsonWebKey? Find(SignatureAlgorithm algorithm, string? id)
    {
        var fitting = Keys.Where(key => key.Fits(algorithm) && (id is null || key.Id == id)).Take(2).ToList();
        return fitting.Count == 1 ? fitting[0] : null;
    }
}
