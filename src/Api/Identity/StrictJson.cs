using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>
/// JSON objects that every parser reads alike: valid UTF-8, no member twice, nothing but JSON, no lone surrogate, at most
/// <see cref="MaxDepth"/> levels.
/// </summary>
internal static class StrictJson
{
    public const int MaxDepth = 8;

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static bool TryParseObject(ReadOnlyMemory<byte> utf8, out JsonElement json)
    {
        json = default;
        try
        {
            using var document = JsonDocument.Parse(utf8, _options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            ReadStrings(document.RootElement);
            json = document.RootElement.Clone();
            return true;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The member's text; null if it is absent or no string.</summary>
    public static string? Text(this JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The member's texts; null if it is absent or anything but an array of strings.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : null;

    /// <summary>The member's text, or its texts; null if it is absent or anything else.</summary>
    public static IReadOnlyList<string>? TextOrTexts(this JsonElement json, string member) => json.Text(member) is { } one ? [one] : json.Texts(member);

    // The parser looks into a string only when it is read: bad UTF-8 and lone surrogates show then, as InvalidOperationException.
    private static void ReadStrings(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    ReadStrings(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
        }
    }
}
