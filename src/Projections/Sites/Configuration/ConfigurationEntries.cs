using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>A value that a level says itself.</summary>
/// <param name="Value">The value.</param>
/// <param name="Version">Version of the level since which.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
public sealed record OwnValue(JsonElement Value, long Version, DateTimeOffset At, string? By);

/// <summary>A lock that a level has itself.</summary>
/// <param name="Version">Version of the level since which.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
public sealed record OwnLock(long Version, DateTimeOffset At, string? By);

/// <summary>What a level says itself, and since when and by whom.</summary>
/// <param name="Values">By key.</param>
/// <param name="Locks">By key.</param>
/// <param name="Version">Stream version: what If-Match takes; 0: it never said anything.</param>
public sealed record ConfigurationEntries(ImmutableDictionary<string, OwnValue> Values, ImmutableDictionary<string, OwnLock> Locks, long Version)
{
    public static ConfigurationEntries None { get; } = new([], [], 0);

    internal static IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ConfigurationValuesSet), typeof(ConfigurationValuesReset), typeof(ConfigurationKeysLocked), typeof(ConfigurationKeysUnlocked), typeof(ConfigurationRolledBack));

    /// <summary>As a level on a path.</summary>
    public ConfigurationLevel ToLevel(string name, Guid? siteId) => new(
        name, siteId, new Fields(Values.ToImmutableSortedDictionary(own => own.Key, own => own.Value.Value, StringComparer.Ordinal)), [.. Locks.Keys.Order(StringComparer.Ordinal)]);

    internal ConfigurationEntries After(Event e) => (e.Data switch
    {
        ConfigurationValuesSet set => With(set.Values, [], [], [], e),
        ConfigurationValuesReset reset => With(Fields.Empty, reset.Keys, [], [], e),
        ConfigurationKeysLocked locked => With(Fields.Empty, [], locked.Keys, [], e),
        ConfigurationKeysUnlocked unlocked => With(Fields.Empty, [], [], unlocked.Keys, e),
        ConfigurationRolledBack back => With(back.Values, back.Reset, back.Locked, back.Unlocked, e),
        _ => this,
    }) with
    { Version = e.Version };

    private ConfigurationEntries With(Fields set, ImmutableArray<string> reset, ImmutableArray<string> locked, ImmutableArray<string> unlocked, Event e) => this with
    {
        Values = Values.SetItems(set.Values.Select(value => KeyValuePair.Create(value.Key, new OwnValue(value.Value, e.Version, e.Timestamp, e.Headers.User)))).RemoveRange(reset),
        Locks = Locks.SetItems(locked.Select(key => KeyValuePair.Create(key, new OwnLock(e.Version, e.Timestamp, e.Headers.User)))).RemoveRange(unlocked),
    };
}

/// <summary>What a level said, folded from its stream when it's asked for: never stored.</summary>
public sealed class ConfigurationOfLevel : SingleStreamProjection<ConfigurationEntries>
{
    public override string Name => "configuration_of_level";

    public override ProjectionLifecycle Lifecycle => ProjectionLifecycle.Live;

    public override IReadOnlyList<string> EventTypes => ConfigurationEntries.EventTypes;

    protected override JsonTypeInfo<ConfigurationEntries> Json => SitesReadJson.Default.ConfigurationEntries;

    public override ConfigurationEntries? Evolve(ConfigurationEntries? document, Event e) => (document ?? ConfigurationEntries.None).After(e);
}
