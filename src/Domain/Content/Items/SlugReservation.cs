namespace Platform.Domain.Content;

[EventType("content.slug-reserved")]
public sealed record SlugReserved(Guid SiteId, string Locale, string Slug, Guid ItemId);

[EventType("content.slug-released")]
public sealed record SlugReleased(Guid SiteId, string Locale, string Slug, Guid ItemId);

/// <summary>Which item a slug belongs to. A stream of its own for each site, locale and slug makes the slug unique there.</summary>
[StateType("content.slug-reservation", 1)]
public sealed record SlugReservation : IState<SlugReservation>
{
    public static SlugReservation Initial { get; } = new();

    /// <summary>Null while the slug is free.</summary>
    public Guid? HeldBy { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a slug; language tags that differ in case only are the same locale.</summary>
    public static Guid IdOf(Guid siteId, string locale, string slug) =>
        DerivedId.From("content.slug", siteId.ToString(), locale.ToLowerInvariant(), slug);

    public SlugReservation Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>Why nobody else can have this slug; null when it's free.</summary>
    internal Rejection? Refuse(string slug) => HeldBy is { } holder
        ? Reject.Conflict($"The slug '{slug}' is taken by item {holder}.")
        : null;

    internal static StreamEvents Reserve(Item item, string slug) => new(
        IdOf(item.SiteId, item.Locale, slug),
        new SlugReserved(item.SiteId, item.Locale, slug, item.ItemId));

    internal static StreamEvents Release(Item item) => new(
        IdOf(item.SiteId, item.Locale, item.Slug),
        new SlugReleased(item.SiteId, item.Locale, item.Slug, item.ItemId));

    private SlugReservation Apply(object @event) => @event switch
    {
        SlugReserved reserved => this with { HeldBy = reserved.ItemId },
        SlugReleased => this with { HeldBy = null },
        _ => this,
    };
}
