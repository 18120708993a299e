using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Collaboration;
using Platform.EventStore;
using Platform.Processors.Collaboration;
using Platform.Projections.Collaboration;

namespace Platform.Processors.Analytics;

/// <summary>Sums up a day of a report now, if that wasn't done.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="Date">By the site's time zone; it's over.</param>
public sealed record MakeDay(Guid ReportId, DateOnly Date);

/// <summary>Loads what each command on reports is decided on.</summary>
/// <param name="store">Has the webhooks' read model.</param>
/// <param name="maker">Sums up.</param>
/// <param name="mail">Whether there is a mail server.</param>
public sealed class ReportCommands(IDocumentStore store, SummaryMaker maker, MailOptions mail)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Handled> Schedule(ScheduleReport command, IDocumentSession session, CancellationToken cancel)
    {
        var report = await session.Events.FetchForWriting<Report>(command.ReportId, cancel: cancel);
        var list = await session.Events.FetchForWriting<ReportList>(ReportList.Id, cancel: cancel);
        var site = (await session.Events.AggregateStreamAsync<ReportedSite>(command.SiteId, cancel: cancel)).State;
        var users = await UsersAsync(command.Recipients, session, cancel);
        return session.Enlist(command.ReportId, report.StartingVersion, ScheduleReport.Decide(command, report.Aggregate, list.Aggregate, site, users, mail.CanMail));
    }

    public async Task<Handled> Change(ChangeReport command, IDocumentSession session, CancellationToken cancel)
    {
        var users = await UsersAsync(command.Recipients, session, cancel);
        return await session.DecideAsync<Report>(command.ReportId, report => ChangeReport.Decide(command, report, users, mail.CanMail), cancel);
    }

    public static async Task<Handled> End(EndReport command, IDocumentSession session, CancellationToken cancel)
    {
        var report = await session.Events.FetchForWriting<Report>(command.ReportId, cancel: cancel);
        await session.Events.FetchForWriting<ReportList>(ReportList.Id, cancel: cancel);
        return session.Enlist(command.ReportId, report.StartingVersion, EndReport.Decide(command, report.Aggregate));
    }

    public static async Task<Handled> Make(MakeSummary command, IDocumentSession session, CancellationToken cancel)
    {
        var report = (await session.Events.AggregateStreamAsync<Report>(command.ReportId, cancel: cancel)).State;
        return await session.DecideAsync<SummaryRun>(SummaryRun.IdOf(command.ReportId, command.Summary.Date), run => MakeSummary.Decide(command, run, report), cancel);
    }

    /// <exception cref="TimeoutException">The read models are behind the log.</exception>
    public async Task<Handled> MakeDay(MakeDay command, IDocumentSession session, CancellationToken cancel)
    {
        var (id, date) = (SummaryRun.IdOf(command.ReportId, command.Date), command.Date);
        var report = (await session.Events.AggregateStreamAsync<Report>(command.ReportId, cancel: cancel)).State;
        var run = await session.Events.FetchForWriting<SummaryRun>(id, cancel: cancel);
        if (!report.Exists || run.StartingVersion > 0)
            return new Handled(id, run.StartingVersion, report.Exists ? null : Reject.NotFound("There is no such report."));
        var zone = await maker.ZoneOfAsync(session.TenantId, report.SiteId, cancel);
        if (date > ReportClock.Yesterday(store.Options.Time.GetUtcNow(), zone))
            return new Handled(id, 0, Reject.Conflict($"The day isn't over yet in {zone.Id}."));
        await maker.CatchUpAsync(session.TenantId, Patience, cancel);
        return await Make(new MakeSummary(command.ReportId, await maker.MakeAsync(session.TenantId, report.SiteId, date, zone, cancel)), session, cancel);
    }

    /// <summary>In one transaction with it, webhooks that were told of the day are told once more: with the same webhook-id, and by the delivery that they know.</summary>
    public async Task<Handled> Resend(ResendSummary command, IDocumentSession session, CancellationToken cancel)
    {
        var id = SummaryRun.IdOf(command.ReportId, command.Date);
        var report = (await session.Events.AggregateStreamAsync<Report>(command.ReportId, cancel: cancel)).State;
        var made = await session.Events.FetchStreamAsync(id, limit: 1, cancel: cancel) is [var first] ? first.Id : (Guid?)null;
        var handled = await session.DecideAsync<SummaryRun>(id, run => ResendSummary.Decide(command, run, report, made, mail.CanMail), cancel);
        if (handled.Rejection is null)
            // One that is disabled, was never told or is being told just now is passed over.
            foreach (var (webhook, _) in (await WebhookRoutes.FindAsync(store, [session.TenantId], cancel))[session.TenantId])
                await WebhookCommands.ReplayAsync(new ReplayDelivery(webhook, WebhookDelivery.IdOf(webhook, made!.Value)), session, cancel);
        return handled;
    }

    public static Task<Handled> Record(RecordMail command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<SummaryRun>(command.RunId, run => RecordMail.Decide(command, run), cancel);

    // No more than a command may name are looked up.
    private static async Task<IReadOnlyCollection<Guid>> UsersAsync(ImmutableArray<Guid> ids, IDocumentSession session, CancellationToken cancel)
    {
        var known = new HashSet<Guid>();
        foreach (var id in ids.Distinct().Take(ScheduleReport.MostRecipients))
            if ((await session.Events.AggregateStreamAsync<MailRecipient>(id, cancel: cancel)).State.Exists)
                known.Add(id);
        return known;
    }
}
