using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>The item stands on its site in the place of a shared one, whose copy it was to begin with.</summary>
/// <param name="ItemId">The override.</param>
/// <param name="UpstreamId">The shared item.</param>
/// <param name="Version">Version of the shared item that was copied: the one that was live.</param>
[EventType("content.item-overridden")]
public sealed record ItemOverridden(Guid ItemId, Guid UpstreamId, long Version);

/// <summary>What an item overrides.</summary>
/// <param name="ItemId">The shared item.</param>
/// <param name="Version">The version of it that the override was last brought together with.</param>
public sealed record ItemUpstream(Guid ItemId, long Version);

/// <summary>Makes an item of a site's own from a shared one, to stand there in its place.</summary>
/// <param name="ItemId">New, given by the caller; the override's stream.</param>
/// <param name="UpstreamId">The shared item.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Slug">In the item's own locale; null: as the shared item has it.</param>
/// <param name="Now">When the site's gate is asked.</param>
public sealed record OverrideItem(Guid ItemId, Guid UpstreamId, Guid SiteId, string? Slug, DateTimeOffset Now)
{
    /// <param name="command">The command.</param>
    /// <param name="upstream">The shared item as it is.</param>
    /// <param name="live">The shared item as of the version that is live; any state when none is.</param>
    /// <param name="site">The site.</param>
    /// <param name="admitted">The site's gate lets the shared item in.</param>
    /// <param name="known">What overrides it on the site already; null: nothing.</param>
    public static Decision Decide(OverrideItem command, Item upstream, Item live, HomeSite site, bool admitted, Guid? known)
    {
        if (!upstream.Exists) return Item.Missing;
        if (site.Problem is { } problem) return Reject.Invalid("siteId", problem);
        if (command.Slug is { } slug && Content.Slug.Problem(slug) is { } wrong) return Reject.Invalid("slug", wrong);
        if (Refuse(command, upstream, admitted, known) is { } refused) return Reject.Conflict(refused);

        var version = upstream.Live!.Version;
        var created = new ItemCreated(
            command.ItemId, command.SiteId, upstream.Type, upstream.Locale, command.Slug ?? upstream.Slug, upstream.Live.Fields, TypeVersion: live.TypeVersion);
        var locales = upstream.Live.Locales.Select(variant => new ItemLocaleAdded(
            command.ItemId, variant.Locale, upstream.FindLocale(variant.Locale)?.Slug ?? variant.Slug, variant.Fields));
        var labels = upstream.Tags.IsEmpty && upstream.Regions.IsEmpty
            ? ImmutableArray<object>.Empty
            : [new ItemLabelled(command.ItemId, upstream.Tags, upstream.Regions)];
        return Decision.Of([created, new ItemOverridden(command.ItemId, command.UpstreamId, version), .. locales, .. labels]);
    }

    private static string? Refuse(OverrideItem command, Item upstream, bool admitted, Guid? known) => upstream switch
    {
        { Upstream: { } above } => $"The item overrides item {above.ItemId} itself; override that one.",
        { Shared: false } => "The item isn't shared.",
        { Live: null } => "Nothing of the item is published.",
        _ when upstream.SiteId == command.SiteId => "The item is at home on the site; edit it.",
        _ when upstream.Placements.Contains(command.SiteId) => "The item is placed on the site; take it off there first.",
        _ when known is { } other => OverrideClaim.TakenBy(other),
        _ when !admitted => "The site's gate doesn't let the item in; its explanation says why.",
        _ => null,
    };
}
