namespace Platform.Domain.Sites;

/// <summary>Warns a tenant that is at a soft limit: once, until it has been below it; of a quota that begins anew each day once a day. A limit that was changed is another.</summary>
/// <param name="Quota">Of which quota.</param>
/// <param name="Limit">The soft limit; null: there is none.</param>
/// <param name="Used">What is used.</param>
/// <param name="Day">Of a quota that begins anew each day: which.</param>
public sealed record NoteUse(string Quota, long? Limit, long Used, DateOnly? Day = null) : ICommand<NoteUse, QuotaNotices>
{
    public static Decision Decide(NoteUse command, QuotaNotices state)
    {
        var standing = state.Standing.FirstOrDefault(notice => notice.Quota == command.Quota);
        return command.Limit is { } limit && command.Used >= limit
            ? standing is { } known && known.Limit == limit && known.Day == command.Day ? Decision.Nothing
                : Decision.Of(new QuotaSoftLimitReached(command.Quota, limit, command.Used, command.Day))
            : standing is null ? Decision.Nothing : Decision.Of(new QuotaSoftLimitCleared(command.Quota, command.Used));
    }
}
