using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>Members of JSON that others wrote: what isn't of the kind that is asked for isn't there.</summary>
internal static class ForeignJson
{
    public static IEnumerable<JsonElement> List(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static string? Text(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static double? Number(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    public static int? Integer(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var integer) ? integer : null;

    public static bool IsTrue(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.True };

    private static JsonElement? Member(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;
}
