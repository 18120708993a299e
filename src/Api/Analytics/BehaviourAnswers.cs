using System.Globalization;
using Microsoft.Extensions.Caching.Memory;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Answers to questions about behaviour. One that was given stands until a read model that it's from has gone on: reports and dashboards ask the same again and again.</summary>
public sealed class BehaviourAnswers : IDisposable
{
    // Rows of all answers together, some 100 bytes each; an answer counts for some rows more than it has.
    private const int MostRows = 300_000, RowsOfAnswer = 20;

    // Rows that an operator had rebuilt otherwise are at the same place in the log.
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MostRows });

    /// <param name="store">Where to ask.</param>
    /// <param name="tenantId">Whose visitors.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at one by one.</exception>
    public async Task<BehaviourAnswer> FindAsync(IDocumentStore store, string tenantId, BehaviourQuery query, CancellationToken cancel)
    {
        var (session, key) = (store.QuerySession(tenantId), KeyOf(tenantId, query));
        var position = await BehaviourPosition.FindAsync(session, query, cancel);
        if (_answers.TryGetValue(key, out BehaviourAnswer? known) && known!.Position.Mark == position.Mark)
            return known with { Position = position };
        var answer = await BehaviourAnswer.FindAsync(session, query, position, cancel);
        _answers.Set(key, answer, new MemoryCacheEntryOptions { Size = RowsOfAnswer + answer.Rows.Length, AbsoluteExpirationRelativeToNow = LongestKept });
        return answer;
    }

    public void Dispose() => _answers.Dispose();

    // Every part with its length: no two questions have the same text.
    private static string KeyOf(string tenantId, BehaviourQuery query)
    {
        IEnumerable<string> parts =
        [
            tenantId, query.From.ToString("O", CultureInfo.InvariantCulture), query.To.ToString("O", CultureInfo.InvariantCulture), query.TimeZone, query.WithBots ? "bots" : "",
            query.Limit.ToString(CultureInfo.InvariantCulture), string.Join(',', query.SiteIds), string.Join(',', query.Metrics), string.Join(',', query.Dimensions),
            .. query.Filters.SelectMany(filter => filter.Values.Prepend(filter.IsNegated ? "!" : "").Prepend(filter.Values.Length.ToString(CultureInfo.InvariantCulture)).Prepend(filter.Dimension)),
            .. query.Conditions.SelectMany(c => new[] { c.Event ?? "\0", c.Page ?? "\0", string.Create(CultureInfo.InvariantCulture, $"{c.SiteId} {c.AtLeast} {c.AtMost} {c.Days}") }),
        ];
        return string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
    }
}
