namespace Platform.Domain.Content;

[EventType("content.slug-reserved")]
public sealed record SlugReserved(Guid SiteId, string Locale, string Slug, Guid ItemId);

[EventType("content.slug-released")]
public sealed record SlugReleased(Guid SiteId, string Locale, string Slug, Guid ItemId);

/// <summary>The item has another slug now, and this one leads to it until another item takes it.</summary>
[EventType("content.slug-redirected")]
public sealed record SlugRedirected(Guid SiteId, string Locale, string Slug, Guid ItemId);

/// <summary>Which item a slug belongs to. A stream of its own for each site, locale and slug makes the slug unique there.</summary>
[StateType("content.slug-reservation", 1)]
public sealed record SlugReservation : IState<SlugReservation>, IReservation
{
    public static SlugReservation Initial { get; } = new();

    /// <summary>Null while the slug is free, as one that only leads elsewhere is.</summary>
    public Guid? HeldBy { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a slug; language tags that differ in case only are the same locale.</summary>
    public static Guid IdOf(Guid siteId, string locale, string slug) =>
        DerivedId.From("content.slug", siteId.ToString(), locale.ToLowerInvariant(), slug);

    public SlugReservation Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private SlugReservation Apply(object @event) => @event switch
    {
        SlugReserved reserved => this with { HeldBy = reserved.ItemId },
        SlugReleased or SlugRedirected => this with { HeldBy = null },
        _ => this,
    };
}
