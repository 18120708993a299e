using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>
/// A decision on an item, with what it touches beyond the item's own stream: the reservations that it needs or gives up, and the items
/// that it newly refers to. <see cref="Settle"/> makes one decision of all of it, once their states are known.
/// </summary>
public sealed class ItemChange
{
    private readonly Item after;
    private readonly ContentType type;
    private readonly ImmutableArray<object> events;

    private ItemChange(Item after, ContentType type, ImmutableArray<object> events, ImmutableArray<Claim> needed, ImmutableArray<Claim> dropped, ImmutableArray<ItemReference> references) =>
        (this.after, this.type, this.events, Needed, Dropped, References) = (after, type, events, needed, dropped, references);

    /// <summary>What nobody else may have.</summary>
    public ImmutableArray<Claim> Needed { get; }

    /// <summary>What others may have from now on.</summary>
    public ImmutableArray<Claim> Dropped { get; }

    /// <summary>Items that must be there.</summary>
    public ImmutableArray<ItemReference> References { get; }

    /// <param name="before">The item that was decided on.</param>
    /// <param name="events">What was decided.</param>
    /// <param name="type">The item's content type.</param>
    public static ItemChange Of(Item before, ImmutableArray<object> events, ContentType type)
    {
        var after = before.After(events);
        var (had, has) = (ItemClaims.Of(before, type), ItemClaims.Of(after, type));
        return new ItemChange(
            after, type, events,
            [.. has.Values.Where(claim => !had.ContainsKey(claim.StreamId)).OrderBy(claim => claim.StreamId)],
            [.. had.Values.Where(claim => !has.ContainsKey(claim.StreamId)).OrderBy(claim => claim.StreamId)],
            // What a later version of the type makes a reference was there before: refused, the item could never follow its type.
            ItemReferences.Added(before.After(events.TakeWhile(@event => @event is ItemMigrated)), after, type));
    }

    /// <summary>The decision over all streams.</summary>
    /// <param name="reservations">The reservation of each of <see cref="Needed"/>, by stream.</param>
    /// <param name="referenced">The items that <see cref="References"/> mean.</param>
    public JointDecision Settle(IReadOnlyDictionary<Guid, IReservation> reservations, IReadOnlyDictionary<Guid, Item> referenced)
    {
        if (ItemReferences.Check(References, type.AsOf(after.TypeVersion), referenced).Rejection is { } invalid) return invalid;
        foreach (var claim in Needed)
        {
            if (reservations[claim.StreamId].HeldBy is { } holder && holder != after.ItemId) return claim.Taken(holder);
        }

        return JointDecision.Of([
            new StreamEvents(after.ItemId, events),
            .. Dropped.Select(claim => new StreamEvents(claim.StreamId, claim.Released(after))),
            .. Needed.Select(claim => new StreamEvents(claim.StreamId, claim.Reserved(after.ItemId))),
        ]);
    }
}
