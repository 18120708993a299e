using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Projections.Personalization;

/// <summary>What is known of a visitor, with whoever a site knows to be the same person.</summary>
/// <param name="Visitors">Numbers that are one.</param>
/// <param name="People">Whom a site knows them to be.</param>
/// <param name="Acts">Of all of them, at most <see cref="VisitorProfile.MostActs"/>, the latest.</param>
/// <param name="Preferences">Of all of them; of one that several said the last word.</param>
/// <param name="Index">How much of the log is in it.</param>
/// <param name="Lag">Events of the log that aren't in it.</param>
public sealed record ActsOfVisitor(ImmutableArray<Guid> Visitors, ImmutableArray<Guid> People, ImmutableArray<VisitorAct> Acts, Fields Preferences, long Index, long Lag)
{
    private const int MostVisitors = 100;

    private const string Columns = "a.event_id, a.site_id, a.at, a.name, a.page, a.device, a.referrer, a.campaign_source, a.campaign_medium, a.campaign, a.country, a.browser, a.system, a.props, a.consents";

    /// <param name="session">The tenant's.</param>
    /// <param name="visitorId">A visitor's number, or a person's.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ActsOfVisitor> FindAsync(IQuerySession session, Guid visitorId, CancellationToken cancel)
    {
        var choices = await session.QueryAsync(VisitorChoicesDetails.ReadModel, """
            select c.data from read.visitor_choices c
            where c.visitor_id = $1 or c.known_id = $1 or c.known_id = (select o.known_id from read.visitor_choices o where o.visitor_id = $1)
            order by c.data->>'setAt' desc limit $2
            """, [new() { Value = visitorId }, new() { Value = MostVisitors }],
            row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), PersonalizationReadJson.Default.VisitorChoicesDetails)!, cancel);
        ImmutableArray<Guid> visitors = [.. choices.Items.Select(one => one.VisitorId).Append(visitorId).Distinct().Order()];
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        // Who took the consent back, last of all, has no acts that count.
        var acts = await session.QueryAsync(VisitorActs.ReadModel, $"""
            with who as (
                select v.id from unnest($1) as v (id)
                where coalesce((select c.consents from read.visitor_acts c where c.visitor_id = v.id and c.consents is not null order by c.at desc, c.event_id desc limit 1), true))
            select {Columns} from read.visitor_acts a where a.visitor_id in (select who.id from who) order by a.at desc, a.event_id desc limit $2
            """, [new() { Value = visitors.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = VisitorProfile.MostActs }], row => Read(row, words), cancel);
        return new(
            visitors, [.. choices.Items.Select(one => one.KnownId).OfType<Guid>().Distinct()], [.. acts.Items], choices.Items.Reverse().Aggregate(Fields.Empty, (all, one) => all.With(one.Preferences, [])), Math.Min(choices.Index, acts.Index), Math.Max(choices.Lag, acts.Lag));
    }

    /// <summary>Whom a site knows visitors to be, and how much of the log is in that.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="visitors">Their numbers.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<(IReadOnlyList<Guid> People, long Index)> PeopleAsync(IQuerySession session, Guid[] visitors, CancellationToken cancel)
    {
        var found = await session.QueryAsync(VisitorChoicesDetails.ReadModel, "select distinct c.known_id from read.visitor_choices c where c.visitor_id = any($1) and c.known_id is not null",
            [new() { Value = visitors, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], row => row.GetGuid(0), cancel);
        return (found.Items, found.Index);
    }

    // Profiles are held in memory, and say the same words over and over.
    private static VisitorAct Read(NpgsqlDataReader row, Dictionary<string, string> words)
    {
        var (source, medium, name) = (Text(7), Text(8), Text(9));
        return new(
            row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), Text(3)!, Text(4)!, Text(5)!, Text(6), (source ?? medium ?? name) is null ? null : new Campaign(source, medium, name),
            Text(10), Text(11), Text(12), row.IsDBNull(13) ? null : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(13), AnalyticsReadJson.Default.Fields), row.IsDBNull(14) ? null : row.GetBoolean(14));

        string? Text(int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal) is var text && words.TryGetValue(text, out var same) ? same : words[text] = text;
    }
}
