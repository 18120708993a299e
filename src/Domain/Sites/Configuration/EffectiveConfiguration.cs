using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>What one level on the way down to a site says itself.</summary>
/// <param name="Name">platform, tenant, master (a site at the top) or site.</param>
/// <param name="SiteId">Of master and site.</param>
/// <param name="Values">By key.</param>
/// <param name="Locks">Keys that hold from here on.</param>
public sealed record ConfigurationLevel(string Name, Guid? SiteId, Fields Values, ImmutableArray<string> Locks)
{
    public const string Platform = "platform";
    public const string Tenant = "tenant";
    public const string Master = "master";
    public const string Site = "site";

    /// <summary>Where it is, for sentences.</summary>
    public string Place => SiteId is { } id ? $"at site {id}" : $"at the {Name}";
}

/// <summary>The value that holds at the end of a path of levels.</summary>
/// <param name="Key">What it's a value of.</param>
/// <param name="Value">The value.</param>
/// <param name="From">Place in the path of the level that says so; null: none does, it's the key's default.</param>
/// <param name="LockedAt">Place in the path of the highest level that locks the key; null: none does.</param>
public sealed record EffectiveValue(ConfigurationKey Key, JsonElement Value, int? From, int? LockedAt)
{
    /// <summary>Whether what a level of the path says has no effect because of a lock above it.</summary>
    public bool IsShut(int level) => level > LockedAt;
}

/// <summary>Resolves configuration: the nearest level counts, unless one further up locks the key; of several locks the highest counts.</summary>
public static class EffectiveConfiguration
{
    /// <param name="path">From the platform down to the level whose configuration it is.</param>
    /// <param name="keys">What can be configured.</param>
    /// <returns>One value a key, in the order of the keys.</returns>
    public static ImmutableArray<EffectiveValue> Resolve(ImmutableArray<ConfigurationLevel> path, IEnumerable<ConfigurationKey> keys) => [.. keys.Select(key => Resolve(path, key))];

    public static EffectiveValue Resolve(ImmutableArray<ConfigurationLevel> path, ConfigurationKey key)
    {
        var lockedAt = LockOf(path, key.Name);
        for (var level = lockedAt ?? path.Length - 1; level >= 0; level--)
            if (path[level].Values.Find(key.Name) is { } value)
                return new EffectiveValue(key, value, level, lockedAt);
        return new EffectiveValue(key, key.Default, null, lockedAt);
    }

    /// <summary>Place in the path of the highest level that locks a key; null: none does.</summary>
    public static int? LockOf(ImmutableArray<ConfigurationLevel> path, string key)
    {
        for (var level = 0; level < path.Length; level++)
            if (path[level].Locks.BinarySearch(key, StringComparer.Ordinal) >= 0)
                return level;
        return null;
    }
}
