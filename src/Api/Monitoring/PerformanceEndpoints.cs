using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Analytics;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Projections.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>How long the platform takes for the caller's tenant: the tenant's own dashboard.</summary>
public static class PerformanceEndpoints
{
    private const string Quarter = "quarter-hour", Hour = "hour", Day = "day";

    // Of steps, so that an answer and a picture stay small.
    private const int MostSteps = 744, MostTicks = 7;

    private static readonly (string Name, TimeSpan Step)[] Steps = [(Quarter, TimeSpan.FromMinutes(15)), (Hour, TimeSpan.FromHours(1)), (Day, TimeSpan.FromDays(1))];

    private static readonly TimeSpan[] TickSpans = [Steps[0].Step, .. new[] { 1, 3, 6, 12, 24, 48, 24 * 7, 24 * 28, 24 * 112, 24 * 336 }.Select(hours => TimeSpan.FromHours(hours))];

    /// <summary>What is asked for.</summary>
    private sealed record Scope(DateTimeOffset From, DateTimeOffset To, string StepName, TimeSpan Step);

    public static void MapPerformance(this RouteGroupBuilder api)
    {
        Scoped(api.MapGet("/monitoring/performance", GetAsync)).Answers<PerformanceView>()
            .Describe("GetPerformance", "How long the platform takes for the tenant",
                "By operation: requests that read, that write, that look at much (expensive), that bring visitors' events (tracking); statements of the database, of requests; deliveries to webhooks and of mails; questions to the recommendation service. Quantiles are told by buckets, a fifth more or less. "
                + "What is measured is written down every quarter of an hour, so the last one may be missing.");
        Scoped(api.MapGet("/monitoring/performance.svg", DrawAsync)).Produces<string>(StatusCodes.Status200OK, "image/svg+xml").Produces(StatusCodes.Status304NotModified)
            .Filter("operation", $"{string.Join(", ", Operations.All)}; default {Operations.Read}.")
            .Filter("metric", "duration: median, 95th and 99th percentile; count: how often it was done, was refused and failed. Default duration.")
            .Describe("DrawPerformance", "How long the platform takes for the tenant, as a chart", "SVG, at most 50 KB.");
    }

    private static RouteHandlerBuilder Scoped(RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Monitoring").Requires(Permission.AnalyticsRead).WithMetadata(new Indexed()).Problems(ProblemKind.Invalid).Awaiting()
        .Filter("from", "RFC 3339; the step that it falls into is the first. Absent: a day before to.")
        .Filter("to", "RFC 3339; the step that it falls into is the last. Absent: now.")
        .Filter("step", $"{string.Join(", ", Steps.Select(step => step.Name))} (by UTC); absent: what makes up to 100 steps. At most {MostSteps} steps.");

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var scope = ScopeOf(http, time);
        var answer = await FindAsync(http, store, scope);
        return Results.Json(new PerformanceView(scope.From, scope.To, scope.StepName, [.. answer.Operations.Where(one => one.Steps.Length > 0).Select(one => new OperationView(
            one.Operation, DurationsView.Of(one.Steps.Aggregate(Durations.None, (sum, step) => sum.With(step.Durations))), [.. one.Steps.Select(step => new OperationStepView(step.At, DurationsView.Of(step.Durations)))]))]),
            MonitoringBodies.Default.PerformanceView);
    }

    private static async Task<IResult> DrawAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var (scope, operation) = (ScopeOf(http, time), Reading.Text(http, "operation", [.. Operations.All]) ?? Operations.Read);
        var isCount = Reading.Text(http, "metric", "duration", "count") == "count";
        var steps = (await FindAsync(http, store, scope)).Operations.Single(one => one.Operation == operation).Steps.ToDictionary(step => step.At, step => step.Durations);
        var times = Enumerable.Range(0, (int)((scope.To - scope.From) / scope.Step)).Select(n => scope.From + n * scope.Step).ToImmutableArray();
        var all = steps.Values.Aggregate(Durations.None, (sum, one) => sum.With(one));
        ImmutableArray<ChartSeries> lines = isCount
            ? [Line("done", own => own.Count), Line("refused", own => own.Refused), Line("failed", own => own.Failed)]
            : [Line("median", own => own.Quantile(0.5)), Line("95th percentile", own => own.Quantile(0.95)), Line("99th percentile", own => own.Quantile(0.99))];
        var span = TickSpans.First(own => own >= scope.Step && (scope.To - scope.From) / own <= MostTicks);
        var chart = new LineChart(
            [.. times.Select(at => Name(at, isLong: true))], [.. Enumerable.Range(0, times.Length).Where(n => times[n].UtcTicks % span.Ticks == 0).Select(n => (n, Name(times[n], isLong: span.Days > 0)))],
            lines, isCount ? ChartUnit.Count : ChartUnit.Duration);
        var frame = new ChartFrame($"{(isCount ? "How often" : "How long")}: {operation}", $"{Name(scope.From, true)} – {Name(scope.To, true)} · UTC", 720, 320, ChartColours.Of(null), ChartWords.English);
        return ChartEndpoints.Picture(http, LineChart.Draw(frame, chart));

        ChartSeries Line(string name, Func<Durations, double?> value) =>
            new(name, [.. times.Select(at => steps.TryGetValue(at, out var own) ? value(own) : isCount ? 0 : null)], all.Count == 0 ? null : value(all), []);

        string Name(DateTimeOffset at, bool isLong) => at.ToString(scope.Step.Days > 0 ? "yyyy-MM-dd" : isLong ? "MM-dd HH:mm" : "HH:mm", CultureInfo.InvariantCulture);
    }

    private static async Task<PerformanceAnswer> FindAsync(HttpContext http, IDocumentStore store, Scope scope)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        await Reading.AwaitAsync(http, session, PerformanceByQuarterHour.ReadModel);
        var found = await PerformanceAnswer.FindAsync(session, scope.From, scope.To, scope.Step, http.RequestAborted);
        Reading.Index(http, found);
        return found.Items[0];
    }

    private static Scope ScopeOf(HttpContext http, TimeProvider time)
    {
        var to = Reading.Instant(http, "to") ?? time.GetUtcNow();
        var from = Reading.Instant(http, "from") ?? (to - DateTimeOffset.MinValue > TimeSpan.FromDays(1) ? to.AddDays(-1) : to);
        if (from > to)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "to", "Must not be before from."));
        var name = Reading.Text(http, "step", [.. Steps.Select(step => step.Name)]) ?? (to - from <= TimeSpan.FromHours(25) ? Quarter : to - from <= TimeSpan.FromDays(4) ? Hour : Day);
        var step = Array.Find(Steps, one => one.Name == name).Step;
        var (first, end) = (from.UtcTicks / step.Ticks * step.Ticks, to.UtcTicks / step.Ticks * step.Ticks + step.Ticks);
        if ((end - first) / step.Ticks > MostSteps || end > DateTimeOffset.MaxValue.UtcTicks)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "step", $"At most {MostSteps} steps: ask for coarser ones, or for less time."));
        return new Scope(new DateTimeOffset(first, TimeSpan.Zero), new DateTimeOffset(end, TimeSpan.Zero), name, step);
    }
}
