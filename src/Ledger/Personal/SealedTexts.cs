using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>
/// The sealed texts of an event, as a verifier finds them: those whose header says that they were sealed there, in that event of that tenant, as the member in which they stand. Any other is just a
/// text that somebody wrote.
/// </summary>
/// <param name="Texts">In the event's order.</param>
/// <param name="Broken">Members whose text says that it was sealed there, and is none that a key could open.</param>
public sealed record SealedTexts(IReadOnlyList<SealedText> Texts, IReadOnlyList<string> Broken)
{
    private static readonly byte[] _prefix = Encoding.ASCII.GetBytes(SealedText.Prefix);
    private static readonly SealedTexts _none = new([], []);

    /// <summary>
    /// Whether an event may have some. Enough to look for: <see cref="SealedText.Seal"/> begins each header with the same 36 bytes, so each token with the same characters, and JSON has one spelling
    /// of those in PostgreSQL's text form. So events without such texts cost one search through bytes that are there anyway.
    /// </summary>
    /// <param name="data">The event's <c>data::text</c> in UTF-8.</param>
    public static bool MayBeIn(ReadOnlySpan<byte> data) => data.IndexOf(_prefix) >= 0;

    /// <summary>Finds them.</summary>
    /// <param name="data">The event's <c>data::text</c> in UTF-8.</param>
    /// <param name="tenantId">The event's tenant.</param>
    /// <param name="eventId">Its id.</param>
    public static SealedTexts Of(ReadOnlySpan<byte> data, string tenantId, Guid eventId)
    {
        if (!MayBeIn(data))
            return _none;
        var (texts, broken) = (new List<SealedText>(), new List<string>());
        var json = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return _none;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var property = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.String && MayBeIn(json.ValueSpan))
            {
                var token = json.GetString()!;
                if (!SealedText.TryParse(token, out var text))
                {
                    if (Claims(token, tenantId, eventId, property))
                        broken.Add(property);
                }
                else if (text.TenantId == tenantId && text.EventId == eventId && text.Property == property)
                    texts.Add(text);
            }
            else
                json.Skip();
        }
        return new SealedTexts(texts, broken);
    }

    // What the header of something says that is no sealed text: a header that can't be read claims nothing.
    private static bool Claims(string token, string tenantId, Guid eventId, string property)
    {
        if (!token.StartsWith(SealedText.Prefix, StringComparison.Ordinal) || token.Split('.')[0] is var encoded && !Base64Url.IsValid(encoded))
            return false;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded));
            return Is("tenant", tenantId) && Is("event", $"{eventId}") && Is("property", property);

            bool Is(string name, string value) => header.RootElement.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
