namespace Platform.Domain.Content;

/// <summary>Gives an edit lease back; somebody else's stays where it is.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Holder">Who gives it back.</param>
/// <param name="Now">When.</param>
public sealed record ReleaseEditLease(Guid ItemId, string Holder, DateTimeOffset Now) : ICommand<ReleaseEditLease, EditLease>
{
    public static Decision Decide(ReleaseEditLease command, EditLease state) => state.HolderAt(command.Now) == command.Holder
        ? Decision.Of(new EditLeaseReleased(command.ItemId, command.Holder))
        : Decision.Nothing;
}
