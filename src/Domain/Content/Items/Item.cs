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

/// <summary>A content item, as decisions need it.</summary>
[StateType("content.item", 1)]
public sealed record Item : IState<Item>
{
    public static Item Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid ItemId { get; init; }

    public Guid SiteId { get; init; }

    public string Type { get; init; } = "";

    public string Locale { get; init; } = "";

    public string Slug { get; init; } = "";

    /// <summary>The draft: what editors see.</summary>
    public Fields Fields { get; init; } = Fields.Empty;

    public ItemStatus Status { get; init; }

    /// <summary>The content version that is live; null when none is.</summary>
    public long? Published { get; init; }

    /// <summary>The file that the item was last imported from; null when it never was.</summary>
    public ContentSource? Source { get; init; }

    /// <summary>The stream version at which the fields last changed.</summary>
    public long ContentVersion { get; init; }

    public long Version { get; init; }

    public Item Evolve(object @event, long version) => Apply(@event, version) with { Version = version };

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
        ItemPublished published => this with { Status = ItemStatus.Published, Published = published.Version },
        ItemUnpublished => this with { Status = ItemStatus.Draft, Published = null },
        ItemArchived => this with { Status = ItemStatus.Archived, Published = null },
        ItemRestored => this with { Status = ItemStatus.Draft },
        ItemSlugChanged changed => this with { Slug = changed.To },
        _ => this,
    };
}
