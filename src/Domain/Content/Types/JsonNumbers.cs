using System.Text.Json;

namespace Platform.Domain.Content;

internal static class JsonNumbers
{
    /// <summary>
    /// Whether this is a number that a double holds as written: finite, and no digit lost on the way there and back.
    /// 0.1 and 1e300 are, 12345678901234567890 and 1e400 aren't.
    /// </summary>
    public static bool IsDouble(this JsonElement value) => value.ValueKind is JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && double.IsFinite(number)
        && JsonElement.DeepEquals(value, JsonSerializer.SerializeToElement(number, FieldsJson.Default.Double));

    /// <summary>
    /// Whether every number in this value, however deep, is one that a double holds as written: canonical JSON (RFC 8785) has no others, and two
    /// values that differ in digits that it drops would have the same fingerprint.
    /// </summary>
    public static bool IsDoubles(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.IsDouble(),
        JsonValueKind.Array => value.EnumerateArray().All(IsDoubles),
        JsonValueKind.Object => value.EnumerateObject().All(member => member.Value.IsDoubles()),
        _ => true,
    };

    /// <summary>Whether this is a whole number of at least 0 that fits an int.</summary>
    public static bool IsCount(this JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0;
}
