using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>Does what a release says, to all of its items in one transaction, or to none.</summary>
public sealed record PublishRelease(Guid ReleaseId)
{
    private const long MaxBytes = 32 * 1024 * 1024;

    /// <param name="command">The command.</param>
    /// <param name="release">The release.</param>
    /// <param name="items">Its items, by id.</param>
    public static JointDecision Decide(PublishRelease command, Release release, IReadOnlyDictionary<Guid, ReleasedItem> items)
    {
        if (!release.Exists) return Release.Missing;
        if (release.Status is ReleaseStatus.Published) return JointDecision.Nothing;
        if (release.Items.IsEmpty) return Reject.Conflict("The release has no items.");

        if (release.Items.Where(item => item.Action is LiveAction.Publish).Sum(item => items[item.ItemId].Then.CountBytes()) > MaxBytes)
            return Reject.Conflict($"All items together take at most {MaxBytes / 1024 / 1024} MiB: publish them in several releases.");

        var errors = new FieldErrors();
        var changes = new List<StreamEvents>();
        var steps = ImmutableArray.CreateBuilder<ReleaseStep>();
        foreach (var wanted in release.Items)
        {
            var (item, then, type) = items[wanted.ItemId];
            var decision = wanted.Action is LiveAction.Publish
                ? PublishItem.Decide(new PublishItem(wanted.ItemId, wanted.Version), item, then, type)
                : UnpublishItem.Decide(new UnpublishItem(wanted.ItemId), item);
            errors.Add($"items.{wanted.ItemId}", decision.Rejection?.Summary);
            if (decision.Events.IsEmpty) continue;

            changes.Add(new StreamEvents(wanted.ItemId, decision.Events));
            steps.Add(new ReleaseStep(wanted.ItemId, item.Version, item.Live?.Version, item.After(decision.Events).Live?.Version));
        }

        return errors.Rejection is { } rejection
            ? Reject.Conflict("Nothing was published: not all items can be.", rejection.Errors)
            : JointDecision.Of([new StreamEvents(command.ReleaseId, new ReleasePublished(command.ReleaseId, steps.ToImmutable())), .. changes]);
    }
}
