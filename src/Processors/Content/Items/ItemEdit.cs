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
    public static Task<Handled> RunAsync(ItemEdit edit, IDocumentSession session, CancellationToken cancel) => edit.MergeFrom is { } version
        ? ItemCommands.Merge(new MergeItem(edit.ItemId, version, edit.Fields), session, cancel)
        : ItemCommands.Edit(new EditItem(edit.ItemId, edit.Fields), session, cancel);
}
