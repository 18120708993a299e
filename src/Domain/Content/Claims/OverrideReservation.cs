namespace Platform.Domain.Content;

/// <param name="SiteId">Where.</param>
/// <param name="UpstreamId">What is overridden.</param>
/// <param name="ItemId">The override.</param>
[EventType("content.override-reserved")]
public sealed record OverrideReserved(Guid SiteId, Guid UpstreamId, Guid ItemId);

/// <summary>See <see cref="OverrideReserved"/>.</summary>
[EventType("content.override-released")]
public sealed record OverrideReleased(Guid SiteId, Guid UpstreamId, Guid ItemId);

/// <summary>Which item overrides another on a site. A stream of its own for each site and item overridden makes the override the only one there.</summary>
[StateType("content.override-reservation", 1)]
public sealed record OverrideReservation : IState<OverrideReservation>, IReservation
{
    public static OverrideReservation Initial { get; } = new();

    /// <summary>Null while nothing overrides it.</summary>
    public Guid? HeldBy { get; init; }

    public long Version { get; init; }

    public static Guid IdOf(Guid siteId, Guid upstreamId) => DerivedId.From("content.override", siteId.ToString("D"), upstreamId.ToString("D"));

    public OverrideReservation Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private OverrideReservation Apply(object @event) => @event switch
    {
        OverrideReserved reserved => this with { HeldBy = reserved.ItemId },
        OverrideReleased => this with { HeldBy = null },
        _ => this,
    };
}
