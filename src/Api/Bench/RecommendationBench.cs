using System.Diagnostics;
using Platform.Domain.Personalization;

namespace Platform.Api.Bench;

/// <summary>
/// Recommendations out of memory, beside reading every item's score once: what any answer that considers all items costs at least.
/// </summary>
internal sealed class RecommendationBench(int rounds, CancellationToken cancel)
{
    private const int Items = 10_000, Visitors = 5_000, Had = 50, FittedItems = 1_000, Questions = 400, Events = 4_000;
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(1);
    private readonly double[] _scores = new double[Items];

    public Task RunAsync()
    {
        BenchReport.Progress($"recommendations: {Items:#,##0} items, {Visitors:#,##0} visitors");
        var recommender = Grown();
        // Compiled, before the clock starts.
        for (var n = 0; n < Questions; n++)
            recommender.Recommend(new RecommendationQuery(Now, Visitor(n), Diversity: 0.2));
        var (floor, plain, fitted, diverse, observed) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            BenchReport.Progress($"recommendations: round {round + 1} of {rounds}");
            recommender.Unfit();
            Time(floor, Questions, _ => Array.IndexOf(_scores, 1));
            Time(plain, Questions, n => recommender.Recommend(new RecommendationQuery(Now, Visitor(n))));
            Time(observed, Events, n => recommender.Observe(new Interaction(Visitor(_random.Next(Visitors)), Item(Drawn()), Now.AddSeconds(round * Events + n))));
            var snapshot = recommender.Snapshot();
            recommender.Take(Ease.Fit(snapshot, mostItems: FittedItems));
            recommender.Take(ImplicitAls.Fit(snapshot, sweeps: 2));
            Time(fitted, Questions, n => recommender.Recommend(new RecommendationQuery(Now, Visitor(n))));
            Time(diverse, Questions, n => recommender.Recommend(new RecommendationQuery(Now, Visitor(n), Diversity: 0.2)));
        }
        BenchReport.Table($"Recommendations in process: {Items:#,##0} items, {Visitors:#,##0} visitors of {Had} items each ({rounds} rounds)", ["", "p50, µs", "p99, µs"],
        [
            Row("floor: every item's score read once", floor), Row("10 items of all models but EASE and ALS, with why", plain), Row("the same with both", fitted),
            Row("the same, diverse", diverse), Row("an event", observed),
        ]);
        return Task.CompletedTask;
    }

    // Some items are much more popular than others.
    private int Drawn() => (int)(Items * Math.Pow(_random.NextDouble(), 3));

    private char Letter(int of) => (char)('a' + _random.Next(of));

    private static Guid Item(int n) => new(n, 0, 0, new byte[8]);

    private static Guid Visitor(int n) => new(n, 1, 0, new byte[8]);

    private Recommender Grown()
    {
        var recommender = new Recommender();
        recommender.PublishAll(Enumerable.Range(0, Items).Select(n => new CatalogueItem(
            Item(n), Now.AddMinutes(-n), [string.Join(' ', Enumerable.Range(0, 60).Select(_ => $"word{Letter(26)}{Letter(26)}{Letter(4)}"))], [$"topic {n % 40}"])));
        for (var visitor = 0; visitor < Visitors; visitor++)
            for (var n = 0; n < Had; n++)
                recommender.Observe(new Interaction(Visitor(visitor), Item(Drawn()), Now.AddSeconds(visitor - Visitors)), learns: visitor % 100 == 0);
        return recommender;
    }

    private static void Time(List<double> times, int count, Func<int, object> work)
    {
        for (var n = 0; n < count; n++)
        {
            var started = Stopwatch.GetTimestamp();
            GC.KeepAlive(work(n));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
    }

    private static string[] Row(string name, List<double> times) => [name, At(times, 0.5), At(times, 0.99)];

    private static string At(List<double> measured, double share) => BenchReport.Number(Round.At(measured, share));
}
