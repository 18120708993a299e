using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>Where a release stands: being put together, or out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReleaseStatus>))]
public enum ReleaseStatus
{
    [JsonStringEnumMemberName("open")]
    Open,

    [JsonStringEnumMemberName("published")]
    Published,
}

/// <summary>What a release does to an item.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Action">Puts it live, or takes it off the air.</param>
/// <param name="Version">The version that goes live; null: the latest when the release is published.</param>
public sealed record ReleaseItem(Guid ItemId, LiveAction Action, long? Version = null);

/// <summary>What a release did to an item.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="ItemVersion">Stream version of the item just before.</param>
/// <param name="Before">The content version that was live; null: none.</param>
/// <param name="After">The content version that went live; null: none any more.</param>
public sealed record ReleaseStep(Guid ItemId, long ItemVersion, long? Before = null, long? After = null);

[EventType("content.release-created")]
public sealed record ReleaseCreated(Guid ReleaseId, string Name);

[EventType("content.release-renamed")]
public sealed record ReleaseRenamed(Guid ReleaseId, string Name);

/// <summary>The item is in the release from now on, or the release does something else to it.</summary>
[EventType("content.release-item-set")]
public sealed record ReleaseItemSet(Guid ReleaseId, ReleaseItem Item);

[EventType("content.release-item-removed")]
public sealed record ReleaseItemRemoved(Guid ReleaseId, Guid ItemId);

/// <summary>All items went live or off the air in the transaction of this event; items that were as wanted already aren't among the steps.</summary>
[EventType("content.release-published")]
public sealed record ReleasePublished(Guid ReleaseId, ImmutableArray<ReleaseStep> Steps);

/// <summary>In the transaction of this event all items went back to what was live before; the release is open again.</summary>
[EventType("content.release-undone")]
public sealed record ReleaseUndone(Guid ReleaseId);

/// <summary>A named set of items that go live, or off the air, at once.</summary>
[StateType("content.release", 1)]
public sealed record Release : IState<Release>
{
    public static Release Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid ReleaseId { get; init; }

    public string Name { get; init; } = "";

    public ReleaseStatus Status { get; init; }

    /// <summary>In the order in which they came.</summary>
    public ImmutableArray<ReleaseItem> Items { get; init; } = [];

    /// <summary>What publishing it did; empty while it's open.</summary>
    public ImmutableArray<ReleaseStep> Steps { get; init; } = [];

    public long Version { get; init; }

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such release.");

    public Release Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Release Apply(object @event) => @event switch
    {
        ReleaseCreated created => this with { Exists = true, ReleaseId = created.ReleaseId, Name = created.Name },
        ReleaseRenamed renamed => this with { Name = renamed.Name },
        ReleaseItemSet set => this with
        {
            Items = Items.Any(item => item.ItemId == set.Item.ItemId)
                ? [.. Items.Select(item => item.ItemId == set.Item.ItemId ? set.Item : item)]
                : Items.Add(set.Item),
        },
        ReleaseItemRemoved removed => this with { Items = Items.RemoveAll(item => item.ItemId == removed.ItemId) },
        ReleasePublished published => this with { Status = ReleaseStatus.Published, Steps = published.Steps },
        ReleaseUndone => this with { Status = ReleaseStatus.Open, Steps = [] },
        _ => this,
    };
}
