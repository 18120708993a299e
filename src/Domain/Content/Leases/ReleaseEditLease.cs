namespace Platform.Domain.Content;

/// <summary>Gives an edit lease back; somebody else's stays where it is.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Holder">Who gives it back.</param>
/// <param name="Now">When.</param>
public sealed record ReleaseEditLease(Guid ItemId, string Holder, DateTimeOffset Now)
{
    /// <param name="command">The command.</param>
    /// <param name="lease">The item's lease.</param>
    /// <param name="item">The item.</param>
    public static Decision Decide(ReleaseEditLease command, EditLease lease, Item item) =>
        !item.Exists ? Reject.NotFound("There is no such item.")
        : lease.HolderAt(command.Now) == command.Holder ? Decision.Of(new EditLeaseReleased(command.ItemId, command.Holder))
        : Decision.Nothing;
}
