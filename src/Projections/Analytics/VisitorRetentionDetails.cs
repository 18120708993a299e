using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>For how long the tenant keeps visitors' events one by one.</summary>
/// <param name="Days">Of 24 hours; null: for good.</param>
/// <param name="SetAt">When that was said; null: it never was.</param>
/// <param name="SetBy">Who said it.</param>
/// <param name="KeptFrom">What is older isn't shown any more, event by event or as visits; null: nothing was let go of.</param>
/// <param name="Version">Stream version: what If-Match takes; 0: nothing was set.</param>
public sealed record VisitorRetentionDetails(int? Days, DateTimeOffset? SetAt, string? SetBy, DateTimeOffset? KeptFrom, long Version)
{
    public const string ReadModel = "visitor_retention";

    /// <summary>What holds where nothing was set.</summary>
    public static VisitorRetentionDetails Usual { get; } = new(null, null, null, null, 0);

    /// <summary>Tenants that may have something to let go of.</summary>
    /// <param name="store">The store.</param>
    /// <param name="now">When.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<IReadOnlyList<string>> FindDueAsync(IDocumentStore store, DateTimeOffset now, int limit, CancellationToken cancel) => store.FindWorkAsync(
        """
        select r.tenant_id from read.visitor_retention r
        where r.days is not null and r.set_at <= $1 - $2 and coalesce(r.kept_from, '-infinity') < (date_trunc('day', $1 at time zone 'UTC') - r.days * interval '1 day') at time zone 'UTC'
        order by 1 limit $3
        """,
        [new() { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = ForgetVisitors.Notice }, new() { Value = limit }], row => row.GetString(0), cancel);
}

public sealed class VisitorRetentions : SingleStreamProjection<VisitorRetentionDetails>
{
    public override string Name => VisitorRetentionDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(VisitorRetentionSet), typeof(VisitorsForgotten));

    protected override JsonTypeInfo<VisitorRetentionDetails> Json => AnalyticsReadJson.Default.VisitorRetentionDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<VisitorRetentionDetails, object?> Value)> Columns { get; } =
    [
        (new("days", "integer", NpgsqlDbType.Integer), retention => retention.Days),
        (new("set_at", "timestamptz", NpgsqlDbType.TimestampTz), retention => retention.SetAt),
        (new("kept_from", "timestamptz", NpgsqlDbType.TimestampTz), retention => retention.KeptFrom),
    ];

    public override AnalystView Analysts { get; } = new(
        "visitor_retention", "For how long are visitors' events kept?", "what the tenant said of it", ["id"],
        [
            new("id", "Its stream."),
            new("days", "Days for which events and visits are kept one by one; null: for good."),
            new("set_at", "When that was said, UTC."),
            new("kept_from", "What is older, UTC, stands in neither hits nor visits, only in sums; null: nothing was let go of."),
        ],
        "select days, kept_from from analytics.visitor_retention", Permission.AnalyticsRead);

    public override VisitorRetentionDetails? Evolve(VisitorRetentionDetails? document, Event e) => e.Data switch
    {
        VisitorRetentionSet set => (document ?? VisitorRetentionDetails.Usual) with { Days = set.Days, SetAt = set.At, SetBy = e.Headers.User, Version = e.Version },
        VisitorsForgotten forgotten => (document ?? VisitorRetentionDetails.Usual) with { KeptFrom = forgotten.Before, Version = e.Version },
        _ => document,
    };
}
