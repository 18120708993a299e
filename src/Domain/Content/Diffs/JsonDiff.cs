using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>What became of a value inside another.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JsonOp>))]
public enum JsonOp
{
    [JsonStringEnumMemberName("add")]
    Add,

    [JsonStringEnumMemberName("remove")]
    Remove,

    [JsonStringEnumMemberName("replace")]
    Replace,
}

/// <summary>One change inside a JSON value.</summary>
/// <param name="Op">add, remove or replace, as in JSON Patch (RFC 6902).</param>
/// <param name="Path">JSON Pointer (RFC 6901), in the value as the changes before have left it.</param>
/// <param name="Before">What was removed or replaced; absent: it's an addition.</param>
/// <param name="After">What was put there; absent: it's a removal.</param>
public sealed record JsonChange(JsonOp Op, string Path, JsonElement? Before, JsonElement? After);

/// <summary>
/// How one JSON value became another, by path: made to the earlier one after the other, the changes give the later. Objects are compared by member;
/// arrays by position, what both begin and end with set aside.
/// </summary>
/// <param name="Changes">In order.</param>
/// <param name="Truncated">There would be more than 1,000: the value as a whole counts as replaced.</param>
public sealed record JsonDiff(ImmutableArray<JsonChange> Changes, bool Truncated)
{
    private const int MaxChanges = 1_000;

    /// <param name="from">The earlier value.</param>
    /// <param name="to">The later value.</param>
    public static JsonDiff Between(JsonElement from, JsonElement to)
    {
        var changes = ImmutableArray.CreateBuilder<JsonChange>();
        return Collect(changes, "", from, to)
            ? new JsonDiff(changes.ToImmutable(), false)
            : new JsonDiff([new JsonChange(JsonOp.Replace, "", from, to)], true);
    }

    // False once there are too many.
    private static bool Collect(ImmutableArray<JsonChange>.Builder changes, string path, JsonElement from, JsonElement to)
    {
        switch (from.ValueKind, to.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                return CollectMembers(changes, path, from, to);
            case (JsonValueKind.Array, JsonValueKind.Array):
                return CollectElements(changes, path, [.. from.EnumerateArray()], [.. to.EnumerateArray()]);
            default:
                return JsonElement.DeepEquals(from, to) || Add(changes, new JsonChange(JsonOp.Replace, path, from, to));
        }
    }

    private static bool CollectMembers(ImmutableArray<JsonChange>.Builder changes, string path, JsonElement from, JsonElement to)
    {
        var (before, after) = (Members(from), Members(to));
        foreach (var (name, value) in before)
        {
            if (!(after.TryGetValue(name, out var now)
                ? Collect(changes, Below(path, name), value, now)
                : Add(changes, new JsonChange(JsonOp.Remove, Below(path, name), value, null))))
                return false;
        }
        return after.Where(member => !before.ContainsKey(member.Key)).All(member => Add(changes, new JsonChange(JsonOp.Add, Below(path, member.Key), null, member.Value)));
    }

    private static bool CollectElements(ImmutableArray<JsonChange>.Builder changes, string path, JsonElement[] from, JsonElement[] to)
    {
        var shorter = Math.Min(from.Length, to.Length);
        var start = 0;
        while (start < shorter && JsonElement.DeepEquals(from[start], to[start]))
            start++;
        var end = 0;
        while (end < shorter - start && JsonElement.DeepEquals(from[^(end + 1)], to[^(end + 1)]))
            end++;

        for (var i = start; i < shorter - end; i++)
            if (!Collect(changes, At(i), from[i], to[i]))
                return false;
        // From the back, so that each index is right when its turn comes.
        for (var i = from.Length - end - 1; i >= shorter - end; i--)
            if (!Add(changes, new JsonChange(JsonOp.Remove, At(i), from[i], null)))
                return false;
        for (var i = shorter - end; i < to.Length - end; i++)
            if (!Add(changes, new JsonChange(JsonOp.Add, At(i), null, to[i])))
                return false;
        return true;

        string At(int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");
    }

    private static string Below(string path, string name) =>
        $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static ImmutableSortedDictionary<string, JsonElement> Members(JsonElement value) => Fields.Empty.Values.SetItems(
        value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)));

    private static bool Add(ImmutableArray<JsonChange>.Builder changes, JsonChange change)
    {
        changes.Add(change);
        return changes.Count <= MaxChanges;
    }
}
