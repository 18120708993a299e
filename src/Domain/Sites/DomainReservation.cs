namespace Platform.Domain.Sites;

[EventType("sites.domain-reserved")]
public sealed record DomainReserved(string Domain, Guid SiteId);

[EventType("sites.domain-released")]
public sealed record DomainReleased(string Domain, Guid SiteId);

/// <summary>Which site a domain belongs to. A stream of its own for each domain makes the domain unique within the tenant.</summary>
[StateType("sites.domain-reservation", 1)]
public sealed record DomainReservation : IState<DomainReservation>
{
    public static DomainReservation Initial { get; } = new();

    /// <summary>Null while the domain is free.</summary>
    public Guid? HeldBy { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a domain, however its letters are cased.</summary>
    public static Guid IdOf(string domain) => DerivedId.From("sites.domain", DomainName.Normalise(domain));

    public DomainReservation Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>Why the site can't have this domain; null when it can.</summary>
    internal Rejection? Refuse(string domain, Guid siteId) => HeldBy is { } holder && holder != siteId
        ? Reject.Conflict($"The domain '{domain}' is taken by site {holder}.")
        : null;

    internal static StreamEvents Reserve(string domain, Guid siteId) => new(IdOf(domain), new DomainReserved(domain, siteId));

    internal static StreamEvents Release(string domain, Guid siteId) => new(IdOf(domain), new DomainReleased(domain, siteId));

    private DomainReservation Apply(object @event) => @event switch
    {
        DomainReserved reserved => this with { HeldBy = reserved.SiteId },
        DomainReleased => this with { HeldBy = null },
        _ => this,
    };
}
