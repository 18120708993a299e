using System.Collections.Immutable;

namespace Platform.Domain.Content;

[EventType("content.item-created")]
public sealed record ItemCreated(
    Guid ItemId, Guid SiteId, string Type, string Locale, string Slug, Fields Fields, ContentSource? Source = null);

/// <summary>Only what changed: fields put in or given another value, and the names of those taken out.</summary>
[EventType("content.item-edited")]
public sealed record ItemEdited(Guid ItemId, Fields Set, ImmutableArray<string> Removed, ContentSource? Source = null);

/// <summary>An item went live, or another version of it did.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">The stream version at which the fields got the values that went live.</param>
/// <param name="Fields">What went live, whole, so that this event suffices for delivery.</param>
/// <param name="Fingerprint">See <see cref="ContentFingerprint"/>; null in events from before there was one.</param>
[EventType("content.item-published")]
public sealed record ItemPublished(Guid ItemId, long Version, Fields Fields, string? Fingerprint = null);

[EventType("content.item-unpublished")]
public sealed record ItemUnpublished(Guid ItemId);

/// <summary>Put away: not live any more, not editable, and its slug is free for others.</summary>
[EventType("content.item-archived")]
public sealed record ItemArchived(Guid ItemId);

/// <summary>Back from the archive, as a draft.</summary>
[EventType("content.item-restored")]
public sealed record ItemRestored(Guid ItemId);

[EventType("content.item-slug-changed")]
public sealed record ItemSlugChanged(Guid ItemId, string From, string To);
