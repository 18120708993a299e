namespace Platform.Domain.Content;

/// <summary>Takes the edit lease of an item, or says that its holder is still at work: an editor's heartbeat.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Holder">Who wants it.</param>
/// <param name="TakeOver">Whether to take it from another holder.</param>
/// <param name="Now">When.</param>
public sealed record TakeEditLease(Guid ItemId, string Holder, bool TakeOver, DateTimeOffset Now)
{
    /// <param name="command">The command.</param>
    /// <param name="lease">The item's lease.</param>
    /// <param name="item">The item.</param>
    public static Decision Decide(TakeEditLease command, EditLease lease, Item item)
    {
        if (item.Refuse("edited") is { } refused) return refused;

        var until = command.Now + EditLease.Term;
        return lease.HolderAt(command.Now) switch
        {
            null => Decision.Of(new EditLeaseTaken(command.ItemId, command.Holder, until)),
            // Half a term is left: a heartbeat more often than that would fill the ledger and tell nobody anything.
            var holder when holder == command.Holder => lease.Until - command.Now > EditLease.Term / 2
                ? Decision.Nothing
                : Decision.Of(new EditLeaseRenewed(command.ItemId, holder, until)),
            var holder when command.TakeOver => Decision.Of(new EditLeaseTakenOver(command.ItemId, holder, command.Holder, until)),
            var holder => Reject.Conflict($"{holder} edits this item until {lease.Until:O}. Send takeOver: true to take the lease over."),
        };
    }
}
