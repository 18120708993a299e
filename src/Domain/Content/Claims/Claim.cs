namespace Platform.Domain.Content;

/// <summary>Something that an item has for itself alone.</summary>
/// <param name="StreamId">The stream of its reservation.</param>
public abstract record Claim(Guid StreamId)
{
    internal abstract object Reserved(Guid itemId);

    /// <param name="item">The item once it has no more of it.</param>
    internal abstract object Released(Item item);

    internal abstract Rejection Taken(Guid holder);
}

/// <summary>A slug on a site and in a locale.</summary>
public sealed record SlugClaim(Guid SiteId, string Locale, string Slug) : Claim(SlugReservation.IdOf(SiteId, Locale, Slug))
{
    internal override object Reserved(Guid itemId) => new SlugReserved(SiteId, Locale, Slug, itemId);

    internal override object Released(Item item) => ItemClaims.SlugsOf(item).Any(slug => slug.SiteId == SiteId && slug.Locale.Equals(Locale, StringComparison.OrdinalIgnoreCase))
        ? new SlugRedirected(SiteId, Locale, Slug, item.ItemId)
        : new SlugReleased(SiteId, Locale, Slug, item.ItemId);

    internal override Rejection Taken(Guid holder) => Reject.Conflict("slug", $"The slug '{Slug}' is taken by item {holder}.");
}

/// <summary>A value of a unique field.</summary>
/// <param name="Type">Name of the content type.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Locale">Null where the field isn't localised.</param>
/// <param name="Value">As JSON.</param>
public sealed record ValueClaim(string Type, string Field, string? Locale, string Value)
    : Claim(ValueReservation.IdOf(Type, Field, Locale, Value))
{
    internal override object Reserved(Guid itemId) => new ValueReserved(Type, Field, Value, itemId, Locale);

    internal override object Released(Item item) => new ValueReleased(Type, Field, Value, item.ItemId, Locale);

    internal override Rejection Taken(Guid holder) => Reject.Conflict($"fields.{Field}", $"The value of the field '{Field}' is taken by item {holder}.");
}

/// <summary>The place of a shared item on a site.</summary>
public sealed record OverrideClaim(Guid SiteId, Guid UpstreamId) : Claim(OverrideReservation.IdOf(SiteId, UpstreamId))
{
    internal static string TakenBy(Guid holder) => $"The item is overridden on the site already, by item {holder}.";

    internal override object Reserved(Guid itemId) => new OverrideReserved(SiteId, UpstreamId, itemId);

    internal override object Released(Item item) => new OverrideReleased(SiteId, UpstreamId, item.ItemId);

    internal override Rejection Taken(Guid holder) => Reject.Conflict("siteId", TakenBy(holder));
}
