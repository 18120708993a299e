using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>What became of a field.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldChangeKind>))]
public enum FieldChangeKind
{
    [JsonStringEnumMemberName("added")]
    Added,

    [JsonStringEnumMemberName("removed")]
    Removed,

    [JsonStringEnumMemberName("changed")]
    Changed,
}

/// <summary>One field that two versions of an item don't have in common.</summary>
/// <param name="Name">The field.</param>
/// <param name="Kind">added, removed or changed.</param>
/// <param name="Before">Its earlier value; absent: it had none.</param>
/// <param name="After">Its later value; absent: it has none.</param>
/// <param name="Text">Of a changed text or markdown field: what changed inside.</param>
/// <param name="Json">Of a changed field that is an object both times, or a list: what changed inside.</param>
public sealed record FieldChange(string Name, FieldChangeKind Kind, JsonElement? Before, JsonElement? After, TextDiff? Text = null, JsonDiff? Json = null);

/// <summary>How the fields of an item became others.</summary>
/// <param name="Fields">The fields that differ, in order of their names; none when all are equal.</param>
/// <param name="Truncated">Somewhere inside, the diff is coarser than it could be.</param>
public sealed record FieldsDiff(ImmutableArray<FieldChange> Fields, bool Truncated)
{
    /// <summary>Steps of comparing that all texts of an answer may take together.</summary>
    public const long MaxSteps = 4_000_000;

    /// <param name="from">The earlier fields.</param>
    /// <param name="to">The later ones.</param>
    /// <param name="types">Types of the fields, by name: inside those that hold text is looked.</param>
    /// <param name="steps">What comparing texts may cost.</param>
    public static FieldsDiff Between(Fields from, Fields to, IReadOnlyDictionary<string, string> types, long steps = MaxSteps)
    {
        var names = from.Except(to).Values.Keys.Union(to.Except(from).Values.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var changes = names.Select(name => Change(name, from.Find(name), to.Find(name), types.GetValueOrDefault(name), new DiffWork(steps / names.Count))).ToImmutableArray();
        return new FieldsDiff(changes, changes.Any(change => change is { Text.Truncated: true } or { Json.Truncated: true }));
    }

    private static FieldChange Change(string name, JsonElement? before, JsonElement? after, string? type, DiffWork work) => (before, after) switch
    {
        (null, _) => new FieldChange(name, FieldChangeKind.Added, null, after),
        (_, null) => new FieldChange(name, FieldChangeKind.Removed, before, null),
        ({ } b, { } a) => new FieldChange(name, FieldChangeKind.Changed, b, a,
            type is FieldType.Text or FieldType.Markdown && b.ValueKind is JsonValueKind.String && a.ValueKind is JsonValueKind.String
                ? TextDiff.Between(b.GetString()!, a.GetString()!, work) : null,
            b.ValueKind == a.ValueKind && b.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                ? JsonDiff.Between(b, a) : null),
    };
}
