using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>A day of a report, and what became of it. Deliveries to webhooks are with these, by the event's id.</summary>
/// <param name="Id">The stream: derived from report and day.</param>
/// <param name="ReportId">The report.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Date">The day.</param>
/// <param name="EventId">The event that webhooks are told of.</param>
/// <param name="MadeAt">When it was summed up.</param>
/// <param name="Summary">The figures.</param>
/// <param name="Mails">To each whom it was addressed to, in id order.</param>
/// <param name="Resends">How often it was sent again.</param>
/// <param name="ResentAt">When it last was; null: never.</param>
/// <param name="ResentBy">Who had it sent again last.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SummaryRunDetails(
    Guid Id, Guid ReportId, Guid SiteId, DateOnly Date, Guid EventId, DateTimeOffset MadeAt, DailySummary Summary, ImmutableArray<SummaryMailing> Mails, int Resends, DateTimeOffset? ResentAt, string? ResentBy, long Version)
{
    public const string ReadModel = "report_runs";

    /// <summary>The latest day first.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="reportId">Of this report.</param>
    /// <param name="before">Only days before this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid reportId, DateOnly before, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select to_char(day, 'YYYY-MM-DD'), data from read.report_runs where report_id = $1 and day < $2 order by day desc limit $3",
        [new() { Value = reportId }, new() { Value = before }, new() { Value = limit }], StoredDocument.Read, cancel);
}

/// <summary>What became of a summary's mail to a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="State">waiting, mailed or failed.</param>
/// <param name="Attempts">Since it was last addressed to them.</param>
/// <param name="At">When that last changed.</param>
/// <param name="Error">Why the last attempt failed; null: it didn't, or there was none.</param>
/// <param name="NextAt">When it's tried again; null: it isn't.</param>
public sealed record SummaryMailing(Guid UserId, string State, int Attempts, DateTimeOffset At, string? Error = null, DateTimeOffset? NextAt = null)
{
    public const string Waiting = "waiting", Mailed = "mailed", Failed = "failed";
}

public sealed class SummaryRuns : SingleStreamProjection<SummaryRunDetails>
{
    public override string Name => SummaryRunDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(DailySummaryMade), typeof(DailySummaryAddressed), typeof(DailySummaryMailed), typeof(DailySummaryMailFailed), typeof(DailySummaryResent));

    protected override JsonTypeInfo<SummaryRunDetails> Json => AnalyticsReadJson.Default.SummaryRunDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<SummaryRunDetails, object?> Value)> Columns { get; } =
    [
        (new("report_id", "uuid not null", NpgsqlDbType.Uuid), d => d.ReportId),
        (new("day", "date not null", NpgsqlDbType.Date), d => d.Date),
    ];

    protected override IReadOnlyList<string> Indexes => ["report_id, day"];

    public override AnalystView Analysts { get; } = new(
        "report_runs", "What did visitors do on a site day by day, as it was reported?", "a day of a report", ["id"],
        [
            new("id", "The stream of the day."),
            new("report_id", "The report: reports.id."),
            new("site_id", "Its site: sites.id.", "data->>'siteId'", "uuid"),
            new("day", "By the site's time zone."),
            new("made_at", "When it was summed up, UTC.", "data->>'madeAt'", "timestamptz"),
            new("page_views", "Pages that were shown.", "data->'summary'->'day'->>'pageViews'", "bigint"),
            new("visitors", "By what is known of them.", "data->'summary'->'day'->>'visitors'", "bigint"),
            new("visits", "With no pause of more than 30 minutes.", "data->'summary'->'day'->>'visits'", "bigint"),
            new("summary", "All figures, as JSON of the schema that it names.", "data->'summary'", "jsonb"),
            new("mails", "To each whom it was addressed to, as JSON: userId, state (waiting, mailed or failed), attempts, at, error, nextAt.", "data->'mails'", "jsonb"),
            new("resends", "How often it was sent again.", "data->>'resends'", "bigint"),
        ],
        "select day, visitors, page_views from analytics.report_runs order by day desc limit 30", Permission.AnalyticsRead);

    public override SummaryRunDetails? Evolve(SummaryRunDetails? document, Event e) => e.Data switch
    {
        DailySummaryMade made => new SummaryRunDetails(made.RunId, made.ReportId, made.SiteId, made.Summary.Date, e.Id, e.Timestamp, made.Summary, [], 0, null, null, e.Version),
        _ when document is null => null,
        DailySummaryAddressed to => document with { Mails = Addressed(document, to.Recipients, e), Version = e.Version },
        DailySummaryMailed to => document with { Mails = With(document, [new(to.UserId, SummaryMailing.Mailed, to.Attempt, e.Timestamp)]), Version = e.Version },
        DailySummaryMailFailed to => document with
        {
            Mails = With(document, [new(to.UserId, to.NextAt is null ? SummaryMailing.Failed : SummaryMailing.Waiting, to.Attempt, e.Timestamp, to.Reason, to.NextAt)]),
            Version = e.Version,
        },
        DailySummaryResent again => document with
        {
            Mails = Addressed(document, again.Recipients, e),
            Resends = document.Resends + 1,
            ResentAt = e.Timestamp,
            ResentBy = e.Headers.User,
            Version = e.Version,
        },
        _ => document,
    };

    private static ImmutableArray<SummaryMailing> Addressed(SummaryRunDetails document, ImmutableArray<Guid> users, Event e) =>
        With(document, [.. users.Select(user => new SummaryMailing(user, SummaryMailing.Waiting, 0, e.Timestamp))]);

    private static ImmutableArray<SummaryMailing> With(SummaryRunDetails document, ImmutableArray<SummaryMailing> mailings)
    {
        var by = document.Mails.ToImmutableSortedDictionary(mail => mail.UserId, mail => mail);
        foreach (var mailing in mailings)
            by = by.SetItem(mailing.UserId, mailing);
        return [.. by.Values];
    }
}
