using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>What one level says itself: a stream a site, one for the tenant, and in the platform's own tenant one for the platform.</summary>
[StateType("sites.configuration", 1)]
public sealed record ConfigurationScope : IState<ConfigurationScope>
{
    public static ConfigurationScope Initial { get; } = new();

    public Fields Values { get; init; } = Fields.Empty;

    /// <summary>In order.</summary>
    public ImmutableArray<string> Locks { get; init; } = [];

    public long Version { get; init; }

    /// <summary>The stream of a site's level, or of the one above all sites.</summary>
    public static Guid IdOf(Guid? siteId) => siteId is { } id ? DerivedId.From("sites.configuration", id.ToString("D")) : DerivedId.From("sites.configuration");

    public ConfigurationScope Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private ConfigurationScope Apply(object @event) => @event switch
    {
        ConfigurationValuesSet e => this with { Values = Values.With(e.Values, []) },
        ConfigurationValuesReset e => this with { Values = Values.With(Fields.Empty, e.Keys) },
        ConfigurationKeysLocked e => this with { Locks = Sorted(Locks.Union(e.Keys)) },
        ConfigurationKeysUnlocked e => this with { Locks = Sorted(Locks.Except(e.Keys)) },
        ConfigurationRolledBack e => this with { Values = Values.With(e.Values, e.Reset), Locks = Sorted(Locks.Union(e.Locked).Except(e.Unlocked)) },
        _ => this,
    };

    internal static ImmutableArray<string> Sorted(IEnumerable<string> keys) => [.. keys.Order(StringComparer.Ordinal)];
}
