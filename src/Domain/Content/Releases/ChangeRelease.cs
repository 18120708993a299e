using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>Replaces what can be edited of an open release.</summary>
/// <param name="ReleaseId">The release.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Items">At most 200, each item once; an element may be null where the client wrote it so.</param>
public sealed record ChangeRelease(Guid ReleaseId, string Name, ImmutableArray<ReleaseItem?> Items) : ICommand<ChangeRelease, Release>
{
    private const int MaxItems = 200;

    public static Decision Decide(ChangeRelease command, Release state)
    {
        if (!state.Exists) return Release.Missing;
        if (Check(command).Rejection is { } invalid) return invalid;
        if (state.Status is ReleaseStatus.Published) return Reject.Conflict("The release is published: undo it before it's changed.");

        return Decision.Of([.. Changes(command, state)]);
    }

    private static FieldErrors Check(ChangeRelease command)
    {
        var errors = new FieldErrors().Add("name", DisplayName.Problem(command.Name));
        if (command.Items.Length > MaxItems) return errors.Add("items", $"A release has at most {MaxItems} items.");

        var seen = new HashSet<Guid>();
        for (var i = 0; i < command.Items.Length; i++)
        {
            if (command.Items[i] is not { } item)
            {
                errors.Add($"items[{i}]", "Must be an object.");
                continue;
            }

            errors.Add($"items[{i}].itemId", item.ItemId == Guid.Empty ? "Is required." : seen.Add(item.ItemId) ? null : "Stands twice.");
            errors.Add($"items[{i}].version", item switch
            {
                { Version: < 1 } => "Must be at least 1.",
                { Version: not null, Action: LiveAction.Unpublish } => "Only what goes live has a version.",
                _ => null,
            });
        }

        return errors;
    }

    private static IEnumerable<object> Changes(ChangeRelease wanted, Release state)
    {
        if (wanted.Name.Trim() != state.Name) yield return new ReleaseRenamed(state.ReleaseId, wanted.Name.Trim());
        foreach (var gone in state.Items.Where(item => wanted.Items.All(kept => kept!.ItemId != item.ItemId)))
            yield return new ReleaseItemRemoved(state.ReleaseId, gone.ItemId);
        foreach (var item in wanted.Items.Where(item => !state.Items.Contains(item!)))
            yield return new ReleaseItemSet(state.ReleaseId, item!);
    }
}
