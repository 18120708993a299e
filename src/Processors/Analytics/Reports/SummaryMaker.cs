using System.Collections.Immutable;
using System.Globalization;
using Platform.Domain.Analytics;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>Sums up days of sites.</summary>
public sealed class SummaryMaker(IDocumentStore store, ConfigurationCache configuration)
{
    private static readonly ImmutableArray<string> Metrics = ["page_views", "visitors", "visits", "engaged_ms", "bounce_rate", "visit_ms_median", "pages_per_visit"];

    /// <summary>The time zone that a site is configured for; UTC where this machine doesn't know it.</summary>
    public async Task<TimeZoneInfo> ZoneOfAsync(string tenantId, Guid siteId, CancellationToken cancel) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(await ValueAsync(tenantId, siteId, "timezone", cancel), out var zone) && zone.HasIanaId ? zone : TimeZoneInfo.Utc;

    /// <summary>Waits until the read models have all that was accepted before.</summary>
    /// <exception cref="TimeoutException"><paramref name="patience"/> passed first.</exception>
    public async Task CatchUpAsync(string tenantId, TimeSpan patience, CancellationToken cancel)
    {
        foreach (var model in BehaviourAnswer.ModelsOf(Question(Guid.Empty, default, TimeZoneInfo.Utc, Metrics)))
            if (!await store.QuerySession(tenantId).WaitForAllAsync(model, patience, cancel))
                throw new TimeoutException($"The read model {model} is behind the log: until it has all of it, no day is summed up.");
    }

    /// <summary>What visitors did on a site on one day, as far as the read models know.</summary>
    /// <param name="tenantId">The site's.</param>
    /// <param name="siteId">The site, which exists.</param>
    /// <param name="date">The day, by the site's time zone.</param>
    /// <param name="zone">The site's time zone.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="QuestionTooLargeException">There are more events than are looked at one by one.</exception>
    public async Task<DailySummary> MakeAsync(string tenantId, Guid siteId, DateOnly date, TimeZoneInfo zone, CancellationToken cancel)
    {
        var session = store.QuerySession(tenantId);
        var site = (await session.Events.AggregateStreamAsync<ReportedSite>(siteId, cancel: cancel)).State;
        var (day, dayBefore, weekBefore) = (await FiguresAsync(date), await FiguresAsync(date.AddDays(-1)), await FiguresAsync(date.AddDays(-7)));
        var (pages, referrers, countries) = (await RowsAsync("page", "page_views"), await RowsAsync("referrer", "visitors"), await RowsAsync("country", "visitors"));
        var hours = await AskAsync(Question(siteId, date, zone, ["page_views"]) with { Dimensions = ["hour_of_day"], Limit = 24 });
        var span = (await session.QueryAsync(Hits.ReadModel, "select ($1::date::timestamp at time zone $2), (($1::date + 1)::timestamp at time zone $2)",
            [new() { Value = date }, new() { Value = zone.Id }], row => (From: row.GetDateTime(0), To: row.GetDateTime(1)), cancel)).Items[0];
        return new DailySummary(
            DailySummary.SchemaName, DailySummary.Version, site.Name, site.Domain, SummaryWords.LanguageOf(await ValueAsync(tenantId, siteId, "locale.default", cancel)), date, zone.Id, new(span.From), new(span.To),
            day.Answer.Position.Index, day.Answer.IsEstimate || dayBefore.Answer.IsEstimate || weekBefore.Answer.IsEstimate, day.Figures, dayBefore.Figures, weekBefore.Figures,
            pages, referrers, countries, Hours(hours, span.From, span.To, zone));

        async Task<(SummaryFigures Figures, BehaviourAnswer Answer)> FiguresAsync(DateOnly of)
        {
            var answer = await AskAsync(Question(siteId, of, zone, Metrics));
            return (Figures(answer.Totals), answer);
        }

        async Task<ImmutableArray<SummaryCount>> RowsAsync(string dimension, string metric) =>
            [.. (await AskAsync(Question(siteId, date, zone, [metric]) with { Dimensions = [dimension], Limit = DailySummary.MostRows })).Rows
                .Where(row => row.Metrics[0] > 0).Select(row => new SummaryCount(row.Dimensions[0], (long)row.Metrics[0]!.Value))];

        Task<BehaviourAnswer> AskAsync(BehaviourQuery query) => BehaviourAnswer.FindAsync(session, query, cancel);
    }

    private static BehaviourQuery Question(Guid siteId, DateOnly date, TimeZoneInfo zone, ImmutableArray<string> metrics) =>
        new([siteId], date, date, zone.Id, metrics, [], [], WithBots: false, Limit: 1);

    private static SummaryFigures Figures(ImmutableArray<double?> totals) => new(
        (long)(totals[0] ?? 0), (long)Math.Round(totals[1] ?? 0), (long)(totals[2] ?? 0), (long)(totals[3] ?? 0), Rounded(totals[4], 4), Rounded(totals[5], 0), Rounded(totals[6], 2));

    private static double? Rounded(double? value, int digits) => value is { } number ? Math.Round(number, digits) : null;

    // By the quarter of an hour, which no clock is changed within.
    private static ImmutableArray<SummaryHour> Hours(BehaviourAnswer answer, DateTime from, DateTime to, TimeZoneInfo zone)
    {
        var views = answer.Rows.ToDictionary(row => int.Parse(row.Dimensions[0], CultureInfo.InvariantCulture), row => (long)(row.Metrics[0] ?? 0));
        var hours = new SortedSet<int>();
        for (var at = from; at < to; at = at.AddMinutes(15))
            hours.Add(TimeZoneInfo.ConvertTimeFromUtc(at, zone).Hour);
        return [.. hours.Select(hour => new SummaryHour(hour, views.GetValueOrDefault(hour)))];
    }

    private async Task<string> ValueAsync(string tenantId, Guid siteId, string name, CancellationToken cancel)
    {
        var key = PlatformKeys.All[name];
        return (await configuration.OfAsync(tenantId, fresh: false, cancel)).PathTo(siteId) is { } path
            ? EffectiveConfiguration.Resolve([.. path.Select(level => level.Level)], key).Value.GetString()!
            : key.Default.GetString()!;
    }
}
