using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>A kind of value that a field may hold.</summary>
/// <param name="Name">As on the wire.</param>
/// <param name="Problem">What is wrong with a value of this type (never null in JSON), as a sentence; null when it's fine.</param>
public sealed partial record FieldType(string Name, Func<JsonElement, string?> Problem)
{
    public const string Text = "text";
    public const string Markdown = "markdown";
    public const string Number = "number";
    public const string Boolean = "boolean";
    public const string Date = "date";
    public const string DateTime = "datetime";
    public const string Reference = "reference";
    public const string Media = "media";
    public const string Json = "json";

    /// <summary>By name.</summary>
    public static FrozenDictionary<string, FieldType> All { get; } = new FieldType[]
    {
        new(Text, IsText),
        new(Markdown, IsText),
        new(Number, value => value.IsDouble() ? null : "Must be a number within double precision."),
        new(Boolean, value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false."),
        new(Date, value => IsDate(value) ? null : "Must be a date such as 2030-12-31."),
        new(DateTime, value => IsDateTime(value) ? null : "Must be a time as in RFC 3339, such as 2030-12-31T23:59:59Z."),
        new(Reference, value => IsUuid(value) ? null : "Must be the id of an item: a UUID."),
        new(Media, value => IsUuid(value) ? null : "Must be the id of a media asset: a UUID."),
        new(Json, value => value.IsDoubles() ? null : "Its numbers must be within double precision."),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    private static string? IsText(JsonElement value) => value.ValueKind is JsonValueKind.String ? null : "Must be a text.";

    private static bool IsDate(JsonElement value) => value.ValueKind is JsonValueKind.String
        && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // The pattern alone would let 31 February pass; the parser alone takes more of ISO 8601 than RFC 3339 does.
    private static bool IsDateTime(JsonElement value) => value.ValueKind is JsonValueKind.String
        && Rfc3339().IsMatch(value.GetString()!)
        && value.TryGetDateTimeOffset(out _);

    private static bool IsUuid(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out _);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
