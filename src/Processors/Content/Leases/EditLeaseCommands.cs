using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what each command of an edit lease is decided on.</summary>
public static class EditLeaseCommands
{
    public static async Task<Handled> Take(TakeEditLease command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.AggregateStreamAsync<Item>(command.ItemId, cancel: cancel);
        return await session.DecideAsync<EditLease>(EditLease.IdOf(command.ItemId), lease => TakeEditLease.Decide(command, lease, item.State), cancel);
    }

    public static async Task<Handled> Release(ReleaseEditLease command, IDocumentSession session, CancellationToken cancel)
    {
        var item = await session.Events.AggregateStreamAsync<Item>(command.ItemId, cancel: cancel);
        return await session.DecideAsync<EditLease>(EditLease.IdOf(command.ItemId), lease => ReleaseEditLease.Decide(command, lease, item.State), cancel);
    }
}
