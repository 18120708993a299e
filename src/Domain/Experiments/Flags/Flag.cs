using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>A feature that is on, off or otherwise, for some or for all.</summary>
[StateType("experiments.flag", 1)]
public sealed record Flag : IState<Flag>
{
    public static Flag Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such flag.");

    /// <summary>It was defined, and wasn't archived.</summary>
    public bool Exists { get; init; }

    public string Key { get; init; } = "";

    public string Name { get; init; } = "";

    public FlagContent Content { get; init; } = new("boolean", AttributeValue.Of(false), []);

    public bool IsKilled { get; init; }

    public long Version { get; init; }

    public Flag Evolve(object @event, long version) => @event switch
    {
        FlagDefined e => this with { Exists = true, Key = e.Key, Name = e.Name, Content = e.Content, Version = version },
        FlagChanged e => this with { Name = e.Name, Content = e.Content, Version = version },
        FlagKilled => this with { IsKilled = true, Version = version },
        FlagRevived => this with { IsKilled = false, Version = version },
        FlagArchived => this with { Exists = false, Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>A flag among all of the tenant's.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Needs">Keys of those that decide what it is.</param>
public sealed record ListedFlag(string Key, ImmutableArray<string> Needs);

/// <summary>All flags of a tenant, so that they stay few, no two have a key, and none decides itself.</summary>
[StateType("experiments.flag-list", 1)]
public sealed record FlagList : IState<FlagList>
{
    public const int Most = 500;

    public static FlagList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("experiments.flag-list");

    public ImmutableSortedDictionary<Guid, ListedFlag> Flags { get; init; } = ImmutableSortedDictionary<Guid, ListedFlag>.Empty;

    public long Version { get; init; }

    public FlagList Evolve(object @event, long version) => this with
    {
        Flags = @event switch
        {
            FlagListed listed => Flags.SetItem(listed.FlagId, new(listed.Key, listed.Needs)),
            FlagUnlisted unlisted => Flags.Remove(unlisted.FlagId),
            _ => Flags,
        },
        Version = version,
    };

    /// <summary>What stands against a flag's being so; null: nothing.</summary>
    internal Rejection? Refuse(Guid flagId, string key, FlagContent content)
    {
        if (Flags.FirstOrDefault(other => other.Key != flagId && other.Value.Key == key) is { Value: not null } holder) return Reject.Conflict("key", $"Flag {holder.Key} has that key.");
        var byKey = Flags.Where(flag => flag.Key != flagId).ToDictionary(flag => flag.Value.Key, flag => flag.Value.Needs, StringComparer.Ordinal);
        byKey[key] = [.. content.Needed()];
        foreach (var (rule, n) in content.Rules.Select((rule, n) => (rule, n)))
            foreach (var (need, m) in (rule.Needs ?? []).Select((need, m) => (need, m)))
                if (!byKey.ContainsKey(need.Flag)) return Reject.Conflict($"rules[{n}].needs[{m}].flag", $"There is no flag {need.Flag}.");
                else if (Reaches(need.Flag, key, byKey)) return Reject.Conflict($"rules[{n}].needs[{m}].flag", $"{need.Flag} needs {key} itself, so neither would have a value.");
        return null;
    }

    /// <summary>A flag that needs this one; null: none does.</summary>
    internal string? Needing(string key) => Flags.Values.FirstOrDefault(flag => flag.Needs.Contains(key))?.Key;

    private static bool Reaches(string from, string to, Dictionary<string, ImmutableArray<string>> needs)
    {
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([from]));
        while (next.TryPop(out var key))
        {
            if (key == to) return true;
            if (seen.Add(key))
                foreach (var needed in needs.GetValueOrDefault(key, [])) next.Push(needed);
        }
        return false;
    }
}
