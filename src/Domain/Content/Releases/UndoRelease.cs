namespace Platform.Domain.Content;

/// <summary>Takes all items of a published release back to what was live before it, in one transaction; the release is open again.</summary>
public sealed record UndoRelease(Guid ReleaseId)
{
    /// <param name="command">The command.</param>
    /// <param name="release">The release.</param>
    /// <param name="items">The items of its steps, by id; <see cref="ReleasedItem.Then"/> as just before the release.</param>
    public static JointDecision Decide(UndoRelease command, Release release, IReadOnlyDictionary<Guid, ReleasedItem> items)
    {
        if (!release.Exists) return Release.Missing;
        if (release.Status is ReleaseStatus.Open) return JointDecision.Nothing;

        var errors = new FieldErrors();
        foreach (var step in release.Steps)
        {
            var item = items[step.ItemId].Item;
            errors.Add($"items.{step.ItemId}", item.Live?.Version == step.After && item.Status is not ItemStatus.Archived
                ? null
                : "Has been published, unpublished or archived since.");
        }

        return errors.Rejection is { } rejection
            ? Reject.Conflict("Nothing was undone: not all items are as the release left them.", rejection.Errors)
            : JointDecision.Of([
                new StreamEvents(command.ReleaseId, new ReleaseUndone(command.ReleaseId)),
                .. release.Steps.Select(step => new StreamEvents(step.ItemId, Back(items[step.ItemId]))),
            ]);
    }

    // What was live then goes live whatever its type has become since: it has been live before.
    private static object Back(ReleasedItem item) => item.Then.Live is { } live
        ? live.Publish(item.Item)
        : new ItemUnpublished(item.Item.ItemId);
}
