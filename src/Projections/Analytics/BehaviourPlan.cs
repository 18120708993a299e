using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>How many events are looked at one by one.</summary>
/// <param name="Few">Up to so many also where they were added up: visitors are exact then.</param>
/// <param name="Most">Not more.</param>
public sealed record BehaviourLimits(long Few, long Most)
{
    public static BehaviourLimits Default { get; } = new(10_000, 20_000_000);
}

/// <summary>A question would have to look at more than the platform looks at for one.</summary>
/// <param name="hits">Events that it's about.</param>
/// <param name="most">How many it may be.</param>
public sealed class QuestionTooLargeException(long hits, long most) : Exception(FormattableString.Invariant(
    $"It's about {hits:#,##0} events, and at most {most:#,##0} are looked at one by one. Ask for fewer days or sites, or for one dimension without filters on others: those are added up."));

/// <summary>A question would have to look at events that aren't kept one by one any more.</summary>
/// <param name="keptFrom">From when they are.</param>
public sealed class QuestionTooOldException(DateTime keptFrom) : Exception(string.Create(CultureInfo.InvariantCulture,
    $"Events and visits of before {keptFrom:yyyy-MM-dd'T'HH:mm'Z'} aren't kept one by one any more. Of before it ask for metrics of events, by the day, and for at most one dimension, in Etc/UTC: those are added up."));

/// <summary>How a question about events is answered: from the events themselves, exactly, where they are few; else from what was added up by day and by quarter of an hour.</summary>
/// <param name="Start">Of the first day, in the question's time zone.</param>
/// <param name="End">Of the day after the last.</param>
/// <param name="FirstDay">By UTC, the first that the question has whole.</param>
/// <param name="LastDay">The day after the last that it has whole; the first, where it has none.</param>
/// <param name="Hits">About how many events there are.</param>
/// <param name="KeptFrom">What is older isn't there any more; null: nothing is gone.</param>
/// <param name="UsesRollUp">From what was added up.</param>
internal sealed record BehaviourPlan(DateTime Start, DateTime End, DateOnly FirstDay, DateOnly LastDay, long Hits, DateTime? KeptFrom, bool UsesRollUp)
{
    private static readonly HashSet<string> Metrics = new(["page_views", "events", "visitors", "engaged_ms", "scroll"], StringComparer.Ordinal);

    /// <summary>UTC's days are the question's.</summary>
    public static bool IsUtc(BehaviourQuery query) => query.TimeZone is "Etc/UTC" or "UTC";

    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="limits">How many events may be looked at.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="ofWhatIsKept">What isn't there any more doesn't count.</param>
    /// <exception cref="QuestionTooLargeException">There are too many events.</exception>
    /// <exception cref="QuestionTooOldException">Some aren't there any more.</exception>
    public static async Task<BehaviourPlan> MakeAsync(IQuerySession session, BehaviourQuery query, BehaviourLimits limits, CancellationToken cancel, bool ofWhatIsKept = false)
    {
        var dimension = RolledUp(query);
        // Bots aren't added up: that there are no more of them than of people is only likely.
        var plan = (await session.QueryAsync(HitsByDay.ReadModel, $"""
            with span as materialized (select ($2::date::timestamp at time zone $4) as starts, (($3::date + 1)::timestamp at time zone $4) as ends),
            days as materialized (select starts, ends, ((starts - interval '1 microsecond') at time zone 'UTC')::date + 1 as first, (ends at time zone 'UTC')::date as last from span)
            select starts, ends, first, greatest(first, last),
                (select coalesce(sum(d.hits), 0)::bigint from read.hits_by_day d where d.dimension = '' and d.day between $2::date - 1 and $3::date + 1 {OnSites(query, "d")}) {BehaviourAudience.Size(query)},
                (select max(r.kept_from) from read.visitor_retention r),
                {(query.Filters.IsEmpty || dimension is null or "" ? "false" : $"exists (select from read.hits_by_day d where d.dimension = $5 and d.value = '{HitsByDay.Other}' and d.hits > 0 and d.day between $2::date - 1 and $3::date + 1 {OnSites(query, "d")})")}
            from days
            """,
            [.. BehaviourAnswer.Common(query), .. query.Filters.IsEmpty || dimension is null or "" ? (IEnumerable<NpgsqlParameter>)[] : [new() { Value = dimension, NpgsqlDbType = NpgsqlDbType.Text }]],
            row => (Plan: new BehaviourPlan(row.GetDateTime(0), row.GetDateTime(1), row.GetFieldValue<DateOnly>(2), row.GetFieldValue<DateOnly>(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetDateTime(5), false), HidesValues: row.GetBoolean(6)),
            cancel)).Items[0];
        var isOld = !ofWhatIsKept && plan.Plan.Start < plan.Plan.KeptFrom;
        // What a time zone leaves of a day is looked up event by event where it's told by a dimension.
        if (isOld && (dimension is null || plan.HidesValues || dimension.Length > 0 && !IsUtc(query) || !VisitsByQuarterHour.Answers(query) && query.Metrics.Any(BehaviourQuery.OfVisits.ContainsKey)))
            throw new QuestionTooOldException(plan.Plan.KeptFrom!.Value);
        if (dimension is not null && !plan.HidesValues && (isOld || plan.Plan.Hits > limits.Few))
            return plan.Plan with { UsesRollUp = true };
        return plan.Plan.Hits <= limits.Most ? plan.Plan : throw new QuestionTooLargeException(plan.Plan.Hits, limits.Most);
    }

    /// <summary>Sees to it that no more events are looked at one by one than may be, and that all of them are there.</summary>
    /// <exception cref="QuestionTooLargeException">There are too many.</exception>
    /// <exception cref="QuestionTooOldException">Some aren't there any more.</exception>
    public static async Task RequireAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel, bool ofWhatIsKept = false)
    {
        // Only what is old would be answered from sums.
        if (await MakeAsync(session, query, BehaviourLimits.Default with { Few = long.MaxValue }, cancel, ofWhatIsKept) is { UsesRollUp: true, KeptFrom: { } from })
            throw new QuestionTooOldException(from);
    }

    /// <summary>A condition, beginning with "and", that leaves the question's sites.</summary>
    internal static string OnSites(BehaviourQuery query, string table) => query.SiteIds.IsEmpty ? "" : $"and {table}.site_id = any ($1)";

    /// <summary>The one dimension, beside times and sites, that a question is told by or filtered by; empty: there is none; null: what was added up doesn't answer it.</summary>
    public static string? RolledUp(BehaviourQuery query)
    {
        if (query.WithBots || !query.Conditions.IsEmpty || query.Metrics.Any(metric => BehaviourQuery.OfHits.ContainsKey(metric) && !Metrics.Contains(metric)))
            return null;
        var (times, others) = (query.Dimensions.Where(BehaviourQuery.IsTime).ToArray(), query.Dimensions.Concat(query.Filters.Select(f => f.Dimension)).Where(d => d != "site" && !BehaviourQuery.IsTime(d)).Distinct().ToArray());
        if (others.Length == 0)
            return "";
        return others.Length == 1 && HitsByDay.DimensionNames.Contains(others[0]) && (times.Length == 0 || IsUtc(query) && !times.Any(time => time is "hour" or "hour_of_day")) ? others[0] : null;
    }
}
