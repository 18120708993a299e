namespace Platform.Domain.Content;

/// <summary>Somebody works on an item, and others are told so until the lease ends.</summary>
[EventType("content.edit-lease-taken")]
public sealed record EditLeaseTaken(Guid ItemId, string Holder, DateTimeOffset Until);

/// <summary>The holder is still at work.</summary>
[EventType("content.edit-lease-renewed")]
public sealed record EditLeaseRenewed(Guid ItemId, string Holder, DateTimeOffset Until);

/// <summary>Somebody else has taken it, knowing that the holder may still be at work.</summary>
[EventType("content.edit-lease-taken-over")]
public sealed record EditLeaseTakenOver(Guid ItemId, string From, string Holder, DateTimeOffset Until);

/// <summary>The holder is done.</summary>
[EventType("content.edit-lease-released")]
public sealed record EditLeaseReleased(Guid ItemId, string Holder);

/// <summary>
/// Who works on an item: advisory, so it keeps nobody from editing; versions do that. A stream of its own, so that an item's version says
/// what became of the item.
/// </summary>
[StateType("content.edit-lease", 1)]
public sealed record EditLease : IState<EditLease>
{
    /// <summary>How long a lease lasts unless it's renewed.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromMinutes(2);

    public static EditLease Initial { get; } = new();

    /// <summary>Null once it's released; who had it last otherwise, whether it has run out or not.</summary>
    public string? Holder { get; init; }

    public DateTimeOffset Until { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of an item's lease.</summary>
    public static Guid IdOf(Guid itemId) => DerivedId.From("content.edit-lease", itemId.ToString());

    /// <summary>Who has it at a time; null: nobody.</summary>
    public string? HolderAt(DateTimeOffset now) => now < Until ? Holder : null;

    public EditLease Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private EditLease Apply(object @event) => @event switch
    {
        EditLeaseTaken taken => this with { Holder = taken.Holder, Until = taken.Until },
        EditLeaseRenewed renewed => this with { Until = renewed.Until },
        EditLeaseTakenOver taken => this with { Holder = taken.Holder, Until = taken.Until },
        EditLeaseReleased => this with { Holder = null },
        _ => this,
    };
}
