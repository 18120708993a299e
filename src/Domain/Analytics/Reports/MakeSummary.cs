namespace Platform.Domain.Analytics;

/// <summary>
/// Sums up a day of a report. Whoever finds it due may give this command, any number of times and on any node: the day's stream says whether it was made, so it's made once.
/// </summary>
/// <param name="ReportId">The report.</param>
/// <param name="Summary">The figures.</param>
public sealed record MakeSummary(Guid ReportId, DailySummary Summary)
{
    /// <param name="command">The command.</param>
    /// <param name="run">The day of the report.</param>
    /// <param name="report">The report.</param>
    public static Decision Decide(MakeSummary command, SummaryRun run, Report report)
    {
        if (!report.Exists) return Report.Missing;
        if (run.Version > 0) return Decision.Nothing;
        if (report.HasEnded) return Report.IsEnded;
        var id = SummaryRun.IdOf(command.ReportId, command.Summary.Date);
        var made = new DailySummaryMade(id, command.ReportId, report.SiteId, report.Name, command.Summary);
        return report.Recipients.IsEmpty ? Decision.Of(made) : Decision.Of(made, new DailySummaryAddressed(id, report.Recipients));
    }
}

/// <summary>Delivers a summary once more, to webhooks and to whom the report goes now.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="Date">The day.</param>
public sealed record ResendSummary(Guid ReportId, DateOnly Date)
{
    private const int Most = 50;

    /// <param name="command">The command.</param>
    /// <param name="run">The day of the report.</param>
    /// <param name="report">The report.</param>
    /// <param name="eventId">Of <see cref="DailySummaryMade"/>; null: it wasn't made.</param>
    /// <param name="canMail">The installation has a mail server.</param>
    public static Decision Decide(ResendSummary command, SummaryRun run, Report report, Guid? eventId, bool canMail) =>
        !report.Exists ? Report.Missing
        : eventId is not { } made || run.Version == 0 ? SummaryRun.Missing
        : run.Resends >= Most ? Reject.Conflict($"A summary is sent again at most {Most} times.")
        : Decision.Of(new DailySummaryResent(SummaryRun.IdOf(command.ReportId, command.Date), command.ReportId, run.SiteId, made, canMail ? report.Recipients : []));
}

/// <summary>Notes what came of mailing a summary to a user.</summary>
/// <param name="RunId">The day of the report.</param>
/// <param name="EventId">What had it mailed.</param>
/// <param name="UserId">Whom it's for.</param>
/// <param name="Attempt">From 1 on.</param>
/// <param name="Failure">Null: a mail server took it.</param>
/// <param name="NextAt">When it's tried again; null: it isn't.</param>
public sealed record RecordMail(Guid RunId, Guid EventId, Guid UserId, int Attempt, string? Failure = null, DateTimeOffset? NextAt = null) : ICommand<RecordMail, SummaryRun>
{
    public static Decision Decide(RecordMail command, SummaryRun state) =>
        state.Version == 0 ? SummaryRun.Missing
        : state.Mailed.Contains(SummaryRun.KeyOf(command.EventId, command.UserId)) ? Decision.Nothing
        : Decision.Of(command.Failure is { } reason
            ? new DailySummaryMailFailed(command.RunId, command.EventId, command.UserId, command.Attempt, reason, command.NextAt)
            : new DailySummaryMailed(command.RunId, command.EventId, command.UserId, command.Attempt));
}
