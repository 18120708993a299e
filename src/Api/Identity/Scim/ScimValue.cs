using System.Text.Json;
using Platform.Api.Http;

namespace Platform.Api.Identity;

/// <summary>Values of attributes as clients write them; the letter case of names doesn't count (RFC 7643, section 2.1).</summary>
internal static class ScimValue
{
    private const int MostValues = 1_000;

    /// <summary>An object's members; a name that stands twice in another case is refused.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement value, string attribute)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw ScimError.Value(attribute, "An object is needed.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in value.EnumerateObject())
            yield return names.Add(member.Name) ? (member.Name, member.Value) : throw ScimError.Of("invalidSyntax", $"{member.Name}: The attribute stands twice.");
    }

    public static string? Text(JsonElement value, string attribute) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw ScimError.Value(attribute, "A text is needed."),
    };

    /// <summary>True or false, also as the texts that Entra ID sends.</summary>
    public static bool Flag(JsonElement value, string attribute) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
        _ => throw ScimError.Value(attribute, "True or false is needed."),
    };

    /// <summary>Several values, or one that stands by itself; null is none.</summary>
    public static IReadOnlyList<JsonElement> Values(JsonElement value, string attribute) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array when value.GetArrayLength() > MostValues => throw ScimError.Of("tooMany", $"{attribute}: At most {MostValues} values."),
        JsonValueKind.Array => [.. value.EnumerateArray()],
        _ => [value],
    };

    /// <summary>The body, which names its schema.</summary>
    public static async Task<(JsonElement Body, byte[] Bytes)> BodyAsync(HttpContext http, string schema)
    {
        var read = await JsonBody.ReadAsync(http, ScimJson.Default.JsonElement);
        var schemas = Members(read.Value, "$").FirstOrDefault(member => Is(member.Name, "schemas")).Value;
        if (schemas.ValueKind != JsonValueKind.Array || !schemas.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && Is(one.GetString()!, schema)))
            throw ScimError.Of("invalidSyntax", $"schemas: Must name {schema}.");
        return (read.Value, read.Bytes);
    }

    public static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
