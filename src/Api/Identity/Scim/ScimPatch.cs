using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>One change that a request asks for, with its path where it names one.</summary>
/// <param name="Op">add, replace or remove.</param>
/// <param name="Path">Null: the value names attributes.</param>
/// <param name="Value">Undefined: there is none.</param>
internal sealed record ScimChange(string Op, ScimPath? Path, JsonElement Value)
{
    public bool IsRemoval => Op == "remove";
}

/// <summary>Reads what a PATCH asks for (RFC 7644, section 3.5.2).</summary>
internal static class ScimPatch
{
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private const int MostOperations = 100;

    /// <summary>Its changes, in order; one without a path becomes one for each attribute that its value names.</summary>
    public static async Task<(IReadOnlyList<ScimChange> Changes, byte[] Bytes)> ReadAsync(HttpContext http)
    {
        var (body, bytes) = await ScimValue.BodyAsync(http, Schema);
        var operations = ScimValue.Members(body, "$").FirstOrDefault(member => ScimValue.Is(member.Name, "Operations")).Value;
        if (operations.ValueKind != JsonValueKind.Array || operations.GetArrayLength() == 0)
            throw ScimError.Of("invalidSyntax", "Operations: At least one is needed.");
        if (operations.GetArrayLength() > MostOperations)
            throw ScimError.Of("tooMany", $"Operations: At most {MostOperations}.");
        return ([.. operations.EnumerateArray().SelectMany((operation, n) => Of(operation, $"Operations[{n}]"))], bytes);
    }

    private static IEnumerable<ScimChange> Of(JsonElement operation, string at)
    {
        var members = ScimValue.Members(operation, at).ToImmutableDictionary(member => member.Name, member => member.Value, StringComparer.OrdinalIgnoreCase);
        if (members.Keys.FirstOrDefault(name => !new[] { "op", "path", "value" }.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw ScimError.Of("invalidSyntax", $"{at}.{unknown}: There is no such member.");
        var op = members.TryGetValue("op", out var named) ? ScimValue.Text(named, $"{at}.op")?.ToLowerInvariant() : null;
        if (op is not ("add" or "replace" or "remove"))
            throw ScimError.Of("invalidSyntax", $"{at}.op: One of add, replace, remove.");
        var value = members.GetValueOrDefault("value");
        if (op != "remove" && value.ValueKind == JsonValueKind.Undefined)
            throw ScimError.Value($"{at}.value", "Is required.");
        var path = members.TryGetValue("path", out var given) ? ScimValue.Text(given, $"{at}.path") : null;
        if (path is { Length: > 0 })
            return [new ScimChange(op, ScimPath.Parse(path), value)];
        if (op == "remove")
            throw ScimError.Of("noTarget", $"{at}.path: Is required to remove something.");
        return [.. ScimValue.Members(value, $"{at}.value").Select(member => new ScimChange(op, ScimPath.Parse(member.Name), member.Value))];
    }
}
