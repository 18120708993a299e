using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <param name="ItemId">The item's stream.</param>
/// <param name="SiteId">Its home site.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Locale">Its own locale: what other locales fall back to.</param>
/// <param name="Slug">On all of its sites, in its own locale.</param>
/// <param name="Fields">In its own locale.</param>
/// <param name="Source">The file it was imported from.</param>
/// <param name="TypeVersion">Stream version of the content type that the fields follow.</param>
[EventType("content.item-created")]
public sealed record ItemCreated(
    Guid ItemId, Guid SiteId, string Type, string Locale, string Slug, Fields Fields, ContentSource? Source = null, long TypeVersion = 1);

/// <summary>Only what changed: fields put in or given another value, and the names of those taken out.</summary>
[EventType("content.item-edited")]
public sealed record ItemEdited(Guid ItemId, Fields Set, ImmutableArray<string> Removed, ContentSource? Source = null);

/// <summary>The draft follows a later version of its content type. Only what changed, as in <see cref="ItemEdited"/>.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="TypeVersion">Stream version of the content type.</param>
/// <param name="Set">In the item's own locale.</param>
/// <param name="Removed">In the item's own locale.</param>
/// <param name="Locales">In further ones; null: nothing.</param>
/// <param name="Problems">What the type's rules have against the fields now, for the next editor; null: nothing.</param>
[EventType("content.item-migrated")]
public sealed record ItemMigrated(
    Guid ItemId, long TypeVersion, Fields Set, ImmutableArray<string> Removed,
    ImmutableArray<LocaleChange>? Locales = null, ImmutableArray<string>? Problems = null);

/// <summary>What changed in one further locale.</summary>
public sealed record LocaleChange(string Locale, Fields Set, ImmutableArray<string> Removed);

/// <summary>An item went live, or another version of it did.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">The stream version at which the fields got the values that went live.</param>
/// <param name="Fields">What went live in the item's own locale, whole, so that this event suffices for delivery.</param>
/// <param name="Locales">What went live in further ones; null: there are none.</param>
/// <param name="Fingerprint">See <see cref="ContentFingerprint"/>; null in events from before there was one.</param>
[EventType("content.item-published")]
public sealed record ItemPublished(Guid ItemId, long Version, Fields Fields, ImmutableArray<LocaleVariant>? Locales = null, string? Fingerprint = null);

[EventType("content.item-unpublished")]
public sealed record ItemUnpublished(Guid ItemId);

/// <summary>Put away: not live any more, not editable, and its slugs and unique values are free for others.</summary>
[EventType("content.item-archived")]
public sealed record ItemArchived(Guid ItemId);

/// <summary>Back from the archive, as a draft.</summary>
[EventType("content.item-restored")]
public sealed record ItemRestored(Guid ItemId);

/// <param name="ItemId">The item.</param>
/// <param name="From">Leads to the item's slug from now on, until another item takes it.</param>
/// <param name="To">The slug that it has now.</param>
/// <param name="Locale">A further locale; null: the item's own.</param>
[EventType("content.item-slug-changed")]
public sealed record ItemSlugChanged(Guid ItemId, string From, string To, string? Locale = null);

/// <summary>The draft has a variant in a further locale; fields that aren't in it are those of the item's own locale.</summary>
[EventType("content.item-locale-added")]
public sealed record ItemLocaleAdded(Guid ItemId, string Locale, string Slug, Fields Fields);

/// <summary>Only what changed, as in <see cref="ItemEdited"/>.</summary>
[EventType("content.item-locale-edited")]
public sealed record ItemLocaleEdited(Guid ItemId, string Locale, Fields Set, ImmutableArray<string> Removed);

[EventType("content.item-locale-removed")]
public sealed record ItemLocaleRemoved(Guid ItemId, string Locale);

/// <summary>The item stands on a further site, under the same slugs as on its home site.</summary>
[EventType("content.item-placed")]
public sealed record ItemPlaced(Guid ItemId, Guid SiteId);

/// <summary>The item has left a site that isn't its home.</summary>
[EventType("content.item-unplaced")]
public sealed record ItemUnplaced(Guid ItemId, Guid SiteId);
