using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>The daily summaries of a site.</summary>
/// <param name="Id">The report.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Name">For people.</param>
/// <param name="Hour">Of the next day, by the site's time zone, at which a day is summed up.</param>
/// <param name="Recipients">Users whom it's mailed to.</param>
/// <param name="ScheduledAt">Since when days are summed up.</param>
/// <param name="ScheduledBy">Who made it so.</param>
/// <param name="ChangedAt">When it was last said anew; null: never.</param>
/// <param name="EndedAt">Since when no further day is; null: it goes on.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record ReportDetails(
    Guid Id, Guid SiteId, string Name, int Hour, ImmutableArray<Guid> Recipients, DateTimeOffset ScheduledAt, string? ScheduledBy, DateTimeOffset? ChangedAt, DateTimeOffset? EndedAt, long Version)
{
    public const string ReadModel = "report_details";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="siteId">Only of this site; null: of all.</param>
    /// <param name="among">Only of these sites; null: of all.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? siteId, IReadOnlyCollection<Guid>? among, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id::text, data from read.report_details where id > $1 and ($2::uuid is null or site_id = $2) and ($3::uuid[] is null or site_id = any ($3)) order by id limit $4",
        [
            new() { Value = after },
            new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = (object?)among?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { Value = limit },
        ], StoredDocument.Read, cancel);

    /// <summary>Reports that go on, of all tenants but those that are held, each with the days that were made of it since one; in id order.</summary>
    /// <param name="store">Has the read models.</param>
    /// <param name="since">The first day that is looked for.</param>
    /// <param name="held">Tenants.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<IReadOnlyList<(string TenantId, ReportDetails Report, IReadOnlyCollection<DateOnly> Made)>> FindActiveAsync(
        IDocumentStore store, DateOnly since, IReadOnlyCollection<string> held, Guid after, int limit, CancellationToken cancel) => store.FindWorkAsync("""
            select r.tenant_id, r.data, array(select s.day from read.report_runs s where s.tenant_id = r.tenant_id and s.report_id = r.id and s.day >= $1)
            from read.report_details r where r.active and r.tenant_id <> all ($2) and r.id > $3 order by r.id limit $4
            """,
            [new() { Value = since }, new() { Value = held.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar }, new() { Value = after }, new() { Value = limit }],
            row => (row.GetString(0), JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(1), AnalyticsReadJson.Default.ReportDetails)!, (IReadOnlyCollection<DateOnly>)row.GetFieldValue<DateOnly[]>(2)), cancel);
}

public sealed class Reports : SingleStreamProjection<ReportDetails>
{
    public override string Name => ReportDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(ReportScheduled), typeof(ReportChanged), typeof(ReportEnded));

    protected override JsonTypeInfo<ReportDetails> Json => AnalyticsReadJson.Default.ReportDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<ReportDetails, object?> Value)> Columns { get; } =
    [
        (new("site_id", "uuid not null", NpgsqlDbType.Uuid), d => d.SiteId),
        (new("active", "boolean not null", NpgsqlDbType.Boolean), d => d.EndedAt is null),
    ];

    protected override IReadOnlyList<string> Indexes => ["using btree (id) where active"];

    public override AnalystView Analysts { get; } = new(
        "reports", "Of which sites are days summed up?", "a report of a site", ["id"],
        [
            new("id", "The report's stream."),
            new("site_id", "Its site: sites.id."),
            new("name", "For people.", "data->>'name'", "text"),
            new("hour", "Of the next day, by the site's time zone, at which a day is summed up.", "(data->>'hour')::integer", "integer"),
            new("recipients", "Users whom it's mailed to: users.id.", "array(select r::uuid from jsonb_array_elements_text(data->'recipients') r)", "uuid[]"),
            new("active", "Whether it goes on."),
            new("scheduled_at", "Since when days are summed up, UTC.", "data->>'scheduledAt'", "timestamptz"),
            new("version", "Events of the report so far.", "data->>'version'", "bigint"),
        ],
        "select r.name, s.domain, r.hour from analytics.reports r join analytics.sites s on s.id = r.site_id where r.active order by r.name", Permission.AnalyticsRead);

    public override ReportDetails? Evolve(ReportDetails? document, Event e) => e.Data switch
    {
        ReportScheduled r => new ReportDetails(r.ReportId, r.SiteId, r.Name, r.Hour, r.Recipients, e.Timestamp, e.Headers.User, null, null, e.Version),
        ReportChanged r when document is not null => document with { Name = r.Name, Hour = r.Hour, Recipients = r.Recipients, ChangedAt = e.Timestamp, Version = e.Version },
        ReportEnded when document is not null => document with { EndedAt = e.Timestamp, Version = e.Version },
        _ => document,
    };
}
