using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What holds at the end of a path, and why.</summary>
internal static class ConfigurationAnswer
{
    public static ConfigurationDetails Of(ImmutableArray<PlacedLevel> path, ImmutableArray<ConfigurationKey> keys, bool explain)
    {
        var levels = path.Select(level => level.Level).ToImmutableArray();
        var effective = EffectiveConfiguration.Resolve(levels, keys);
        return new ConfigurationDetails(
            levels[^1].Name, levels[^1].SiteId, path[^1].Own.Version,
            new Fields(effective.ToImmutableSortedDictionary(value => value.Key.Name, value => value.Value, StringComparer.Ordinal)),
            explain ? [.. effective.Select(value => Explain(path, value))] : null);
    }

    private static ExplainedValue Explain(ImmutableArray<PlacedLevel> path, EffectiveValue value)
    {
        var key = value.Key.Name;
        var overrides = new List<IneffectiveValue>();
        for (var level = path.Length - 1; level >= 0; level--)
            if (level != value.From && path[level].Own.Values.GetValueOrDefault(key) is { } own)
                overrides.Add(new IneffectiveValue(own.Value, OriginOf(path[level], own), value.IsShut(level)
                    ? $"The key is locked {path[value.LockedAt!.Value].Level.Place}."
                    : $"It's overridden {path[value.From!.Value].Level.Place}."));
        if (value.From is { } from)
            overrides.Add(new IneffectiveValue(value.Key.Default, Default, $"It's overridden {path[from].Level.Place}."));
        return new ExplainedValue(
            key, value.Value, value.From is { } at ? OriginOf(path[at], path[at].Own.Values[key]) : Default,
            value.LockedAt is { } locked && path[locked].Own.Locks[key] is var shut ? new ConfigurationOrigin(path[locked].Level.Name, path[locked].Level.SiteId, shut.Version, shut.At, shut.By) : null,
            overrides);
    }

    private static ConfigurationOrigin Default { get; } = new("default");

    private static ConfigurationOrigin OriginOf(PlacedLevel level, OwnValue own) => new(level.Level.Name, level.Level.SiteId, own.Version, own.At, own.By);
}
