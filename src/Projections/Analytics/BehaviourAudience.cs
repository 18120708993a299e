using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Visitors by what they did: those for whom all conditions of a question hold at its end. Who was never there before it isn't among them.</summary>
public static class BehaviourAudience
{
    /// <summary>Of the whole past that conditions can be of.</summary>
    private static readonly DateOnly Beginning = new(1970, 1, 1);

    /// <summary>SQL of whether a visitor is one of them.</summary>
    /// <param name="query">Has conditions.</param>
    /// <param name="visitor">SQL of the visitor.</param>
    /// <param name="first">Number of the first of <see cref="Parameters"/>; before them are <see cref="BehaviourAnswer.Common"/>.</param>
    // As an array, and so that no join is made of it: then they are found once and looked up in a hash, whatever the planner thinks how many there are. Where it expects one, as of a
    // tenant that it hasn't seen yet, it would find them anew for each event.
    internal static string Among(BehaviourQuery query, string visitor, int first) => $"({visitor} in (select unnest(array({Sql(query, first)})))) is true";

    private static string Sql(BehaviourQuery query, int first)
    {
        var (end, texts) = ($"${first}::timestamptz", first + 1);
        // "At" is the end for who names a moment: what happened then is before it.
        end = query.ConditionsAt is null ? "(($3::date + 1)::timestamp at time zone $4)" : $"({end} + interval '1 microsecond')";
        var having = query.Conditions.Select((condition, c) =>
        {
            var matches = string.Concat(
                condition.Event is null ? "" : $" and b.name = (${texts}::text[])[{2 * c + 1}]",
                condition.Page is null ? "" : $" and b.page = (${texts}::text[])[{2 * c + 2}]",
                condition.SiteId is { } site ? $" and b.site_id = '{site}'" : "",
                condition.Days is { } days ? $" and b.at >= {end} - {Hours(days)}" : "");
            var count = $"count(*) filter (where true{matches})";
            return string.Create(CultureInfo.InvariantCulture, $"{count} >= {condition.AtLeast}{(condition.AtMost is { } most ? $" and {count} <= {most}" : "")}");
        });
        return $"""
            select b.visitor_id from read.hits b
            where b.at < {end}{(LongestDays(query) is { } longest ? $" and b.at >= {end} - {Hours(longest)}" : "")}{(query.WithBots ? "" : " and not b.is_bot")}
            group by b.visitor_id having {string.Join(" and ", having)}
            """;
    }

    /// <summary>Their values: the moment, then events and pages in turn; none where there are no conditions.</summary>
    internal static NpgsqlParameter[] Parameters(BehaviourQuery query) => query.Conditions.IsEmpty ? [] :
    [
        new() { Value = (object?)query.ConditionsAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        new() { Value = query.Conditions.SelectMany(condition => new[] { condition.Event, condition.Page }).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
    ];

    /// <summary>SQL, beginning with "+", of how many events are looked at for it; empty: there are no conditions. Values are those of <see cref="BehaviourAnswer.Common"/>.</summary>
    internal static string Size(BehaviourQuery query)
    {
        if (query.Conditions.IsEmpty)
            return "";
        var first = LongestDays(query) is { } days ? string.Create(CultureInfo.InvariantCulture, $"$3::date - {days + 1}") : $"'{Beginning:yyyy-MM-dd}'::date";
        return $"+ (select coalesce(sum(d.hits), 0)::bigint from read.hits_by_day d where d.dimension = '' and d.day between {first} and $3::date + 1)";
    }

    /// <summary>How many there are, of all visitors that came before <see cref="BehaviourQuery.ConditionsAt"/> and of whom something is kept.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="query">Not refused, with a moment on its last day.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at.</exception>
    public static async Task<(long Visitors, long Index, long Lag)> CountAsync(IQuerySession session, BehaviourQuery query, CancellationToken cancel)
    {
        query = query with { From = Beginning };
        await BehaviourPlan.RequireAsync(session, query, cancel, ofWhatIsKept: true);
        var next = $"${BehaviourAnswer.NextParameter(query)}";
        var answer = await session.QueryAsync(Hits.ReadModel,
            $"select count(distinct h.visitor_id) from read.hits h where {BehaviourAnswer.Where(query, "h", "h.at")} and h.at <= {next}",
            [.. BehaviourAnswer.Parameters(query), new() { Value = query.ConditionsAt!.Value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz }], row => row.GetInt64(0), cancel);
        return (answer.Items[0], answer.Index, answer.Lag);
    }

    // Null: as far back as there is anything. Who did something at most so often may have done it never, and came before.
    private static int? LongestDays(BehaviourQuery query) =>
        query.Conditions.All(condition => condition.Days is not null && condition.AtMost is null) ? query.Conditions.Max(condition => condition.Days) : null;

    // Days of 24 hours, also where clocks change.
    private static string Hours(int days) => string.Create(CultureInfo.InvariantCulture, $"interval '{days * 24} hours'");
}
