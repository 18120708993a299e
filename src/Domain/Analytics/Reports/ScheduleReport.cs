using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>Has each day of a site summed up.</summary>
/// <param name="ReportId">New.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Hour">Of the next day, by the site's time zone: 1 to 23, so that what devices send late is in it.</param>
/// <param name="Recipients">Users whom it's mailed to: at most 20, each once.</param>
public sealed record ScheduleReport(Guid ReportId, Guid SiteId, string? Name, long Hour, ImmutableArray<Guid> Recipients)
{
    private const int FirstHour = 1, LastHour = 23;

    public const int MostRecipients = 20;

    /// <param name="command">The command.</param>
    /// <param name="report">The report, which mustn't exist.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="site">The site.</param>
    /// <param name="users">Of the recipients, those who are known.</param>
    /// <param name="canMail">The installation has a mail server.</param>
    public static JointDecision Decide(ScheduleReport command, Report report, ReportList list, ReportedSite site, IReadOnlyCollection<Guid> users, bool canMail)
    {
        var id = command.ReportId;
        var name = command.Name?.Trim() ?? "";
        if (Check(name, command.Hour, command.Recipients, users, canMail).Add("siteId", site.Problem).Rejection is { } invalid) return invalid;
        if (report.Version > 0) return Reject.Conflict($"There is a report {id} already, or was.");
        if (list.Reports.Count >= ReportList.Most) return Reject.Conflict($"A tenant has at most {ReportList.Most} reports: end one first.");
        return JointDecision.Of(
            new StreamEvents(id, new ReportScheduled(id, command.SiteId, name, (int)command.Hour, command.Recipients)), new StreamEvents(ReportList.Id, new ReportListed(id)));
    }

    internal static FieldErrors Check(string name, long hour, ImmutableArray<Guid> recipients, IReadOnlyCollection<Guid> users, bool canMail) => new FieldErrors()
        .Add("name", DisplayName.Problem(name))
        .Add("hour", hour is < FirstHour or > LastHour ? $"Must be {FirstHour} to {LastHour}, by the site's time zone." : null)
        .Add("recipients", recipients.Length > MostRecipients ? $"Must be at most {MostRecipients} users."
            : recipients.Distinct().Count() < recipients.Length ? "Must name each user once."
            : recipients.FirstOrDefault(user => !users.Contains(user)) is var unknown && unknown != Guid.Empty ? $"There is no user {unknown}."
            : recipients.Contains(Guid.Empty) ? "There is no user of that id."
            : recipients.Length > 0 && !canMail ? "This installation sends no mail: whoever runs it has to set Mail:Host and Mail:From."
            : null);
}

/// <summary>Says anew what a report is called, when it comes and whom it goes to.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="Name">As when it's scheduled.</param>
/// <param name="Hour">As when it's scheduled. A day that was summed up isn't again.</param>
/// <param name="Recipients">As when it's scheduled, all of them.</param>
public sealed record ChangeReport(Guid ReportId, string? Name, long Hour, ImmutableArray<Guid> Recipients)
{
    /// <param name="command">The command.</param>
    /// <param name="report">The report.</param>
    /// <param name="users">Of the recipients, those who are known.</param>
    /// <param name="canMail">The installation has a mail server.</param>
    public static Decision Decide(ChangeReport command, Report report, IReadOnlyCollection<Guid> users, bool canMail)
    {
        var name = command.Name?.Trim() ?? "";
        if (!report.Exists) return Report.Missing;
        if (ScheduleReport.Check(name, command.Hour, command.Recipients, users, canMail).Rejection is { } invalid) return invalid;
        if (report.HasEnded) return Report.IsEnded;
        return (name, (int)command.Hour) == (report.Name, report.Hour) && command.Recipients.SequenceEqual(report.Recipients)
            ? Decision.Nothing
            : Decision.Of(new ReportChanged(command.ReportId, name, (int)command.Hour, command.Recipients));
    }
}

/// <summary>Has no further day summed up.</summary>
public sealed record EndReport(Guid ReportId)
{
    /// <param name="command">The command.</param>
    /// <param name="report">The report.</param>
    public static JointDecision Decide(EndReport command, Report report) => report switch
    {
        { Exists: false } => Report.Missing,
        { HasEnded: true } => JointDecision.Nothing,
        _ => JointDecision.Of(new StreamEvents(command.ReportId, new ReportEnded(command.ReportId)), new StreamEvents(ReportList.Id, new ReportUnlisted(command.ReportId))),
    };
}
