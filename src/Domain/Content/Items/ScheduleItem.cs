namespace Platform.Domain.Content;

/// <summary>Says when an item goes live, off the air, or both; replaces the schedule that it had.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="PublishAt">Later than now; null: it isn't published.</param>
/// <param name="UnpublishAt">Later than now and than <paramref name="PublishAt"/>; null: it stays as it is then.</param>
/// <param name="Version">The version that goes live; null: the latest at that time.</param>
/// <param name="Now">When the command is given.</param>
public sealed record ScheduleItem(Guid ItemId, DateTimeOffset? PublishAt, DateTimeOffset? UnpublishAt, long? Version, DateTimeOffset Now)
    : ICommand<ScheduleItem, Item>
{
    public static Decision Decide(ScheduleItem command, Item state)
    {
        if (state.Refuse("scheduled") is { } refused) return refused;
        if (Check(command, state).Rejection is { } invalid) return invalid;
        if (command.PublishAt is null && state.Live is null) return Reject.Conflict("The item isn't live, so it can't go off the air: give publishAt as well.");

        var wanted = new ItemSchedule(Kept(command.PublishAt), Kept(command.UnpublishAt), command.Version);
        return state.Schedule == wanted
            ? Decision.Nothing
            : Decision.Of(new ItemScheduled(command.ItemId, wanted.PublishAt, wanted.UnpublishAt, wanted.Version));
    }

    // To the microsecond, which is what PostgreSQL keeps: read model and stream then name the same time.
    private static DateTimeOffset? Kept(DateTimeOffset? time) =>
        time is { } at ? at.ToUniversalTime().AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond)) : null;

    private static FieldErrors Check(ScheduleItem command, Item item) => new FieldErrors()
        .Add("publishAt", command switch
        {
            { PublishAt: null, UnpublishAt: null } => "Give publishAt, unpublishAt or both.",
            _ when command.PublishAt <= command.Now => "Must be later than now.",
            _ => null,
        })
        .Add("unpublishAt", command switch
        {
            _ when command.UnpublishAt <= command.Now => "Must be later than now.",
            _ when command.UnpublishAt <= command.PublishAt => "Must be later than publishAt.",
            _ => null,
        })
        .Add("version", command switch
        {
            { Version: null } => null,
            { PublishAt: null } => "Says what publishAt puts live: give publishAt as well.",
            { Version: { } version } => ItemVersion.Problem(version, item),
        });
}
