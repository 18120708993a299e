using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>An edit as an editor sends it.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Fields">Its fields, whole.</param>
/// <param name="MergeFrom">The version that they were made from, when others' edits since are to be kept; null: they replace what is there.</param>
public sealed record ItemEdit(Guid ItemId, Fields Fields, long? MergeFrom = null)
{
    public static async Task<Handled> RunAsync(ItemEdit edit, IDocumentSession session, CancellationToken cancel)
    {
        if (edit.MergeFrom is not { } version)
            return await ItemCommands.Edit(new EditItem(edit.ItemId, edit.Fields), session, cancel);
        var item = await session.Events.FetchForWriting<Item>(edit.ItemId, cancel: cancel);
        var then = await ItemCommands.AsOfAsync(session, item, version, cancel);
        var decision = MergeItem.Decide(new MergeItem(edit.ItemId, version, edit.Fields), item.Aggregate, then, await ItemCommands.TypeOfAsync(session, item.Aggregate, cancel));
        item.AppendMany(decision.Events);
        return new Handled(edit.ItemId, item.StartingVersion, decision.Rejection, Merged: true);
    }
}
