using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>Where an item stands: a draft only, live, or put away.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemStatus>))]
public enum ItemStatus
{
    [JsonStringEnumMemberName("draft")]
    Draft,

    [JsonStringEnumMemberName("published")]
    Published,

    [JsonStringEnumMemberName("archived")]
    Archived,
}

/// <summary>What is live of an item.</summary>
/// <param name="Version">The content version that is live.</param>
/// <param name="Fields">In the item's own locale.</param>
/// <param name="Locales">In further ones.</param>
public sealed record LiveItem(long Version, Fields Fields, ImmutableArray<LocaleVariant> Locales)
{
    /// <summary>The event that makes this live, with its fingerprint.</summary>
    internal ItemPublished Publish(Item item) =>
        ContentFingerprint.Sign(new ItemPublished(item.ItemId, Version, Fields, Locales.IsEmpty ? null : Locales), item);
}

/// <summary>A content item, as decisions need it.</summary>
[StateType("content.item", 3)]
public sealed record Item : IState<Item>
{
    public static Item Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid ItemId { get; init; }

    /// <summary>The home site.</summary>
    public Guid SiteId { get; init; }

    /// <summary>Further sites that the item stands on.</summary>
    public ImmutableArray<Guid> Placements { get; init; } = [];

    /// <summary>In the tenant's pool.</summary>
    public bool Shared { get; init; }

    /// <summary>In ordinal order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>In ordinal order.</summary>
    public ImmutableArray<string> Regions { get; init; } = [];

    /// <summary>What it overrides on its site; null: nothing.</summary>
    public ItemUpstream? Upstream { get; init; }

    public string Type { get; init; } = "";

    /// <summary>Stream version of the content type that the draft follows.</summary>
    public long TypeVersion { get; init; }

    /// <summary>The item's own locale.</summary>
    public string Locale { get; init; } = "";

    /// <summary>In the item's own locale.</summary>
    public string Slug { get; init; } = "";

    /// <summary>The draft, in the item's own locale: what editors see.</summary>
    public Fields Fields { get; init; } = Fields.Empty;

    /// <summary>The draft in further locales, in ordinal order.</summary>
    public ImmutableArray<LocaleVariant> Locales { get; init; } = [];

    public ItemStatus Status { get; init; }

    /// <summary>Null when nothing is live.</summary>
    public LiveItem? Live { get; init; }

    public ItemSchedule? Schedule { get; init; }

    /// <summary>The file that the item was last imported from; null when it never was.</summary>
    public ContentSource? Source { get; init; }

    /// <summary>The stream version at which the fields last changed, in whatever locale.</summary>
    public long ContentVersion { get; init; }

    public long Version { get; init; }

    /// <summary>All sites that the item stands on, its home first.</summary>
    internal IEnumerable<Guid> Sites => Placements.Prepend(SiteId);

    public Item Evolve(object @event, long version) => Apply(@event, version) with { Version = version };

    /// <summary>The draft's variant in a further locale, however the tag is cased; null when there is none.</summary>
    internal LocaleVariant? FindLocale(string locale) =>
        Locales.FirstOrDefault(variant => variant.Locale.Equals(locale, StringComparison.OrdinalIgnoreCase));

    /// <summary>The size of its draft, in all locales, as JSON.</summary>
    internal long CountBytes() => Fields.CountBytes() + Locales.Sum(variant => (long)variant.Fields.CountBytes());

    /// <summary>Why an item can't be worked on; null when it can.</summary>
    /// <param name="verb">What is wanted, as a past participle: <c>edited</c>.</param>
    internal Rejection? Refuse(string verb) => this switch
    {
        { Exists: false } => Missing,
        { Status: ItemStatus.Archived } => Reject.Conflict($"An archived item can't be {verb}."),
        _ => null,
    };

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such item.");

    private Item Apply(object @event, long version) => @event switch
    {
        ItemCreated created => this with
        {
            Exists = true,
            ItemId = created.ItemId,
            SiteId = created.SiteId,
            Type = created.Type,
            TypeVersion = created.TypeVersion,
            Locale = created.Locale,
            Slug = created.Slug,
            Fields = created.Fields,
            Source = created.Source,
            ContentVersion = version,
        },
        ItemEdited edited => this with
        {
            Fields = Fields.With(edited.Set, edited.Removed),
            Source = edited.Source ?? Source,
            ContentVersion = edited.Set.IsEmpty && edited.Removed.IsEmpty ? ContentVersion : version,
        },
        ItemMigrated migrated => this with
        {
            TypeVersion = migrated.TypeVersion,
            Fields = Fields.With(migrated.Set, migrated.Removed),
            Locales = LocaleVariants.Apply(Locales, migrated.Locales ?? []),
            ContentVersion = migrated is { Set.IsEmpty: true, Removed.IsEmpty: true, Locales: null } ? ContentVersion : version,
        },
        ItemPublished published => this with
        {
            Status = ItemStatus.Published,
            Live = new LiveItem(published.Version, published.Fields, published.Locales ?? []),
        },
        ItemUnpublished => this with { Status = ItemStatus.Draft, Live = null },
        ItemArchived => this with { Status = ItemStatus.Archived, Live = null, Schedule = null },
        ItemRestored => this with { Status = ItemStatus.Draft },
        ItemSlugChanged { Locale: null } changed => this with { Slug = changed.To },
        ItemSlugChanged changed => this with { Locales = LocaleVariants.Move(Locales, changed.Locale, changed.To) },
        ItemLocaleAdded added => this with
        {
            Locales = LocaleVariants.Add(Locales, new LocaleVariant(added.Locale, added.Slug, added.Fields)),
            ContentVersion = version,
        },
        ItemLocaleEdited edited => this with
        {
            Locales = LocaleVariants.Apply(Locales, [new LocaleChange(edited.Locale, edited.Set, edited.Removed)]),
            ContentVersion = version,
        },
        ItemLocaleRemoved removed => this with { Locales = LocaleVariants.Remove(Locales, removed.Locale), ContentVersion = version },
        ItemPlaced placed => this with { Placements = Placements.Add(placed.SiteId) },
        ItemUnplaced unplaced => this with { Placements = Placements.Remove(unplaced.SiteId) },
        ItemLabelled labelled => this with { Tags = labelled.Tags, Regions = labelled.Regions },
        ItemShared => this with { Shared = true },
        ItemUnshared => this with { Shared = false },
        ItemOverridden overridden => this with { Upstream = new ItemUpstream(overridden.UpstreamId, overridden.Version) },
        UpstreamMerged merged => this with { Upstream = new ItemUpstream(merged.UpstreamId, merged.Version) },
        ItemScheduled scheduled => this with { Schedule = new ItemSchedule(scheduled.PublishAt, scheduled.UnpublishAt, scheduled.Version) },
        ItemScheduleCancelled => this with { Schedule = null },
        ItemScheduleFulfilled done => this with { Schedule = Schedule?.Without(done.Action) },
        ItemScheduleFailed failed => this with { Schedule = Schedule?.Without(failed.Action) },
        _ => this,
    };
}
