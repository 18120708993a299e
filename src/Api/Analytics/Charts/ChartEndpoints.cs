using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Questions as pictures.</summary>
public static class ChartEndpoints
{
    private const string Svg = "image/svg+xml";

    private const int LeastWidth = 320, LeastHeight = 200, MostPixels = 2_000, DefaultWidth = 720, DefaultBars = 10, TickWidth = 90;

    // Of what stands within a text.
    private const int LeastSparkline = 40, LeastSparklineHeight = 16, MostSparkline = 600;

    public static void MapCharts(this RouteGroupBuilder api) =>
        api.MapGet("/analytics/chart.svg", DrawAsync).Asks().Steps().Produces<string>(StatusCodes.Status200OK, Svg).Produces(StatusCodes.Status304NotModified)
            .Filter("type", $"{string.Join(", ", ChartQuestion.Types)}.")
            .Filter("title", "Over the chart; absent: metrics by dimensions.")
            .Filter("width", $"Pixels, {LeastWidth} to {MostPixels}, default {DefaultWidth}; of a sparkline {LeastSparkline} to {MostSparkline}, default 120.")
            .Filter("height", $"Pixels, {LeastHeight} to {MostPixels}, default as it needs; of a sparkline {LeastSparklineHeight} to 200, default 32.")
            .Filter("language", $"{string.Join(" or ", ChartWords.All.Select(words => words.Language))}; absent: that of the site, of several en.")
            .Describe("DrawBehaviour", "A question as a chart",
                $"SVG, at most 50 KB. A line chart has a time and up to {ChartColours.Most} metrics of one unit, or one metric and another dimension, of which the first {ChartColours.Most} values are lines; a bar chart one dimension, one metric, and as many bars as rows says, at most {BarChart.Most}, default {DefaultBars}; a funnel steps instead of metrics; a heat map hour_of_day and weekday; a sparkline a time. In the colour of the site where one is asked for.");

    private static async Task<IResult> DrawAsync(HttpContext http, IDocumentStore store, BehaviourAnswers answers, ConfigurationCache configuration, TimeProvider time)
    {
        var type = Reading.Text(http, "type", [.. ChartQuestion.Types]) ?? throw Problem.Missing("type");
        var (title, language, isSmall) = (Reading.Text(http, "title"), Reading.Text(http, "language", [.. ChartWords.All.Select(words => words.Language)]), type == ChartQuestion.Sparkline);
        var width = (int)(Reading.Number(http, "width", isSmall ? LeastSparkline : LeastWidth, isSmall ? MostSparkline : MostPixels) ?? (isSmall ? 120 : DefaultWidth));
        var height = (int?)Reading.Number(http, "height", isSmall ? LeastSparklineHeight : LeastHeight, isSmall ? 200 : MostPixels);
        if (type == ChartQuestion.Funnel)
            return await DrawFunnelAsync(http, await VisitorEndpoints.FunnelOfAsync(http, configuration, time), title, language, (width, height), store, configuration);
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (query, compared) = await BehaviourEndpoints.QuestionAsync(http, store, configuration, time, type == ChartQuestion.Line ? null : "visitors");
        if (ChartQuestion.Refuse(type, query, compared is not null) is { } refused)
            throw new ProblemException(CommandEndpoints.OfRejection(refused));
        var asked = await FindAsync(Ask, query, null);
        var before = compared is null ? null : await FindAsync(Ask, compared, asked);
        Reading.Index(http, asked.Answer.Position.Index, asked.Answer.Position.Lag);
        (asked, before) = (await ChartSites.NamedAsync(session, asked, http.RequestAborted), before is null ? null : await ChartSites.NamedAsync(session, before, http.RequestAborted));

        var (words, colours) = await LooksAsync(language, query, session.TenantId, configuration, http.RequestAborted);
        var frame = new ChartFrame(title ?? ChartQuestion.TitleOf(query, words), $"{words.Range(query.From, query.To)} · {query.TimeZone}{(asked.Answer.IsEstimate ? $" · {words.Estimated}" : "")}", width, height ?? 0, colours, words);
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(query.TimeZone)).DateTime;
        return Picture(http, type switch
        {
            ChartQuestion.Line => LineChart.Draw(frame with { Height = height ?? 320 }, ChartQuestion.LinesFor(asked, before, now, words, width / TickWidth)),
            ChartQuestion.Sparkline => LineChart.DrawSparkline(frame with { Height = height ?? 32 }, ChartQuestion.LinesFor(asked, before, now, words, width / TickWidth)),
            ChartQuestion.HeatMap => HeatMapChart.Draw(frame with { Height = height ?? 320 }, ChartQuestion.HeatMapFor(asked, words)),
            _ => Bars(frame, height, ChartQuestion.BarsFor(asked, before, words, (int)(Reading.Number(http, "rows", 1, BehaviourQuery.MaxRows) ?? DefaultBars))),
        });

        Task<BehaviourAnswer> Ask(BehaviourQuery question) => answers.FindAsync(store, session.TenantId, question, http.RequestAborted);
    }

    private static async Task<IResult> DrawFunnelAsync(HttpContext http, Funnel funnel, string? title, string? language, (int Width, int? Height) size, IDocumentStore store, ConfigurationCache configuration)
    {
        var session = await VisitorEndpoints.SessionAsync(http, store);
        var (steps, index, lag) = await funnel.CountAsync(session, http.RequestAborted);
        Reading.Index(http, index, lag);
        var (words, colours) = await LooksAsync(language, funnel.Scope, session.TenantId, configuration, http.RequestAborted);
        var frame = new ChartFrame(title ?? words.Funnel, $"{words.Range(funnel.Scope.From, funnel.Scope.To)} · {funnel.Scope.TimeZone}", size.Width, size.Height ?? BarChart.HeightOf(steps.Length, false), colours, words);
        return Picture(http, BarChart.DrawFunnel(frame, [.. steps.Select(step => new ChartStep(step.Step.Page is { } page ? $"{step.Step.Event} {page}" : step.Step.Event, step.Count))]));
    }

    // In the language and the colour of the site, where it's about one.
    private static async Task<(ChartWords Words, ChartColours Colours)> LooksAsync(string? language, BehaviourQuery query, string tenant, ConfigurationCache configuration, CancellationToken cancel)
    {
        var site = query.SiteIds is [var only] ? only : (Guid?)null;
        return (await WordsAsync(language, site, tenant, configuration, cancel), ChartColours.Of(site is { } one ? await BehaviourParameters.ValueAsync(configuration, tenant, one, "brand.color-primary", cancel) : null));
    }

    private static string Bars(ChartFrame frame, int? height, BarChart chart) =>
        BarChart.Draw(frame with { Height = height ?? BarChart.HeightOf(chart.Bars.Length + (chart.More > 0 ? 1 : 0), chart.DaysBefore is not null) }, chart);

    // Of a second dimension the values that come first are lines: they are asked for before, so that however many there are, none of their days is missing.
    private static async Task<ChartAnswer> FindAsync(Func<BehaviourQuery, Task<BehaviourAnswer>> ask, BehaviourQuery query, ChartAnswer? like)
    {
        if (ChartQuestion.LinesOf(query) is not { } dimension)
            return new ChartAnswer(query, await ask(query with { Limit = BehaviourQuery.MaxRows }));
        ImmutableArray<string> known = like is null ? [] : [.. like.Totals!.Rows.Select(row => row.Dimensions[0])];
        var totals = await ask(Of(known) with { Dimensions = [dimension], Limit = ChartColours.Most });
        var lines = like is null ? [.. totals.Rows.Select(row => row.Dimensions[0])] : known;
        return new ChartAnswer(query, await ask(Of(lines) with { Limit = ChartColours.Most * 24 * BehaviourQuery.MaxDaysByHour }), totals);

        BehaviourQuery Of(ImmutableArray<string> values) => values.IsEmpty ? query : query with { Filters = query.Filters.Add(new BehaviourFilter(dimension, values)) };
    }

    private static async Task<ChartWords> WordsAsync(string? language, Guid? site, string tenant, ConfigurationCache configuration, CancellationToken cancel)
    {
        var tag = language ?? (site is { } id ? await BehaviourParameters.ValueAsync(configuration, tenant, id, "locale.default", cancel) : ChartWords.English.Language);
        return ChartWords.All.FirstOrDefault(words => words.Language.Equals(tag.Split('-')[0], StringComparison.OrdinalIgnoreCase)) ?? ChartWords.English;
    }

    internal static IResult Picture(HttpContext http, string svg)
    {
        var (headers, tag) = (http.Response.Headers, $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(svg)).AsSpan(0, 16))}\"");
        headers.ETag = tag;
        headers.CacheControl = "private, no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return Reading.Has(http, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text(svg, $"{Svg}; charset=utf-8");
    }
}
