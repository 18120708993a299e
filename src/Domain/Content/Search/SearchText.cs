using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>What can be found of an item in one locale.</summary>
/// <param name="Title">Texts of fields named title, headline or name.</param>
/// <param name="Body">All other texts, field by field; ids, dates and addresses aren't texts.</param>
public sealed record SearchText(string Title, string Body)
{
    /// <summary>PostgreSQL indexes at most 1 MiB of words and places; this much text, in bytes of UTF-8, always fits.</summary>
    private const int MaxBytes = 192 * 1024;

    private const int MaxTitleBytes = 4 * 1024;

    private static readonly FrozenSet<string> TitleFields = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "title", "headline", "name");

    public static SearchText Of(Fields fields) => new(
        Join(fields.Values.Where(field => TitleFields.Contains(field.Key)).Select(field => field.Value), MaxTitleBytes),
        Join(fields.Values.Where(field => !TitleFields.Contains(field.Key)).Select(field => field.Value), MaxBytes));

    private static string Join(IEnumerable<JsonElement> values, int maxBytes)
    {
        var text = new StringBuilder();
        var left = maxBytes;
        foreach (var one in values.SelectMany(Texts).Where(IsText))
        {
            if (left <= 0) break;
            var part = Cut(one, left);
            left -= Encoding.UTF8.GetByteCount(part) + 1;
            text.Append(text.Length == 0 ? "" : "\n").Append(part);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    private static bool IsText(string text) =>
        text.Any(char.IsLetter)
        && !Guid.TryParseExact(text, "D", out _)
        && !(text.Contains("://", StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace))
        && FieldType.All[FieldType.DateTime].Problem(JsonSerializer.SerializeToElement(text, FieldsJson.Default.String)) is not null;

    private static string Cut(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes) return text;

        var bytes = 0;
        var chars = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > maxBytes) break;
            chars += rune.Utf16SequenceLength;
        }

        return text[..chars];
    }
}
