using System.Globalization;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>Takes a value from one definition of its field to another, where nothing of it is lost on the way.</summary>
internal static class FieldConversion
{
    /// <summary>The value as the field is defined now; null when it can't be said in it without loss.</summary>
    public static JsonElement? Convert(JsonElement value, FieldDefinition before, FieldDefinition after)
    {
        // An earlier conversion that failed left the value as it was.
        if (before.Many && value.ValueKind is not JsonValueKind.Array) return Convert(value, before with { Many = false }, after);
        if (before.Many && after.Many)
        {
            var elements = value.EnumerateArray().Select(element => Convert(element, before.Type, after.Type)).ToList();
            return elements.TrueForAll(element => element is not null) ? ListOf(elements) : null;
        }

        if (before.Many && value.GetArrayLength() != 1) return null;
        var one = Convert(before.Many ? value[0] : value, before.Type, after.Type);
        return one is not null && after.Many ? ListOf([one]) : one;
    }

    private static JsonElement? Convert(JsonElement value, string before, string after)
    {
        var converted = (before, after) switch
        {
            _ when before == after || FieldType.All[before].Problem(value) is not null => value,
            (FieldType.Number or FieldType.Boolean, FieldType.Text or FieldType.Markdown) => Text(value.GetRawText()),
            (FieldType.Text or FieldType.Markdown, FieldType.Number or FieldType.Boolean) => Parsed(value.GetString()!),
            (FieldType.Date, FieldType.DateTime) => Text($"{value.GetString()}T00:00:00Z"),
            (FieldType.DateTime, FieldType.Date) => Day(value.GetDateTimeOffset()),
            _ => value,
        };

        return converted is { } result && FieldType.All[after].Problem(result) is null ? result : null;
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, FieldsJson.Default.String);

    private static JsonElement ListOf(List<JsonElement?> elements) =>
        JsonSerializer.SerializeToElement([.. elements.Select(element => element!.Value)], FieldsJson.Default.JsonElementArray);

    private static JsonElement? Parsed(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Day(DateTimeOffset time) => time.TimeOfDay == TimeSpan.Zero && time.Offset == TimeSpan.Zero
        ? Text(time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
        : null;
}
