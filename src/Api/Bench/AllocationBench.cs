using System.Collections.Immutable;
using System.Diagnostics;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Api.Bench;

/// <summary>Which variants a visitor gets, in process: of one experiment and of fifty, beside a hash alone and beside reading the clock, which is in every figure.</summary>
internal sealed class AllocationBench(int rounds, CancellationToken cancel)
{
    private const int Experiments = 50, Times = 200_000, TimesOfAll = 10_000, Overrides = 100, GoalUs = 10;

    private readonly ExperimentPlan[] _plans = [.. Enumerable.Range(0, Experiments).Select(Plan)];
    private readonly AllocationContext[] _visitors = [.. Enumerable.Range(0, 10_000).Select(Visitor)];

    public Task RunAsync()
    {
        var (clock, hash, one, all) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            BenchReport.Progress($"allocation: round {round} of {rounds}");
            // The first round is for the compiler.
            if (round == 1) foreach (var measured in new[] { clock, hash, one, all }) measured.Clear();
            Measure(clock, Times, _ => 0);
            Measure(hash, Times, n => Bucketing.Of("checkout", $"visitor-{n}", HashVersion.Fnv2) > 0.5 ? 1 : 0);
            Measure(one, Times, n => _plans[n % Experiments].Give(_visitors[n % _visitors.Length], null) is null ? 0 : 1);
            Measure(all, TimesOfAll, n => _plans.Count(plan => plan.Give(_visitors[n % _visitors.Length], null) is not null));
        }
        BenchReport.Table($"Which variant a visitor gets, in process: conditions of three parts, coverage, a namespace, {Overrides} overrides (goal: p99 of one at most {GoalUs} µs)",
            ["", "median, µs", "p99, µs"],
            [Row("floor: reading the clock", clock), Row("floor: making an id and hashing it", hash), Row("of one experiment", one), Row($"of {Experiments} experiments", all)]);
        return Task.CompletedTask;
    }

    private static ExperimentPlan Plan(int n) => new(
        $"experiment-{n}",
        new(
            [new("a", "A", 0.5, AttributeValue.Of(1)), new("b", "B", 0.25, AttributeValue.Of(2)), new("c", "C", 0.25, AttributeValue.Of(3))], "a",
            new AllOf([new AttributeIs(new("plan"), [new EqualTest(AttributeValue.Of("pro"))]), new AttributeIs(new("age"), [new OrderTest(Order.AtLeast, AttributeValue.Of(18))]), new NoneOf(new AttributeIs(new("country"), [new EqualTest(AttributeValue.Of("XX"))]))]),
            new("signups", ExperimentMetric.Conversion, "signed_up"), Coverage: 0.9, Namespace: n % 2 == 0 ? new("space", 0, 0.9) : null),
        ExperimentStatus.Running, Enumerable.Range(0, Overrides).Select(tester => KeyValuePair.Create($"tester-{tester}", "b")), null);

    private static AllocationContext Visitor(int n) => new(
        new(AttributeValue.Of(
        [
            KeyValuePair.Create("id", AttributeValue.Of($"visitor-{n}")), KeyValuePair.Create("plan", AttributeValue.Of("pro")), KeyValuePair.Create("age", AttributeValue.Of(20 + n % 50)),
            KeyValuePair.Create("country", AttributeValue.Of("AT")),
        ])), ImmutableDictionary<string, FlagPlan>.Empty);

    /// <summary>Microseconds of each.</summary>
    private static void Measure(List<double> measured, int times, Func<int, int> work)
    {
        var given = 0;
        for (var n = 0; n < times; n++)
        {
            var started = Stopwatch.GetTimestamp();
            given += work(n);
            // Not as a time span, which has ticks of 100 ns.
            measured.Add((Stopwatch.GetTimestamp() - started) * 1e6 / Stopwatch.Frequency);
        }
        GC.KeepAlive(given);
    }

    private static string[] Row(string what, List<double> measured)
    {
        measured.Sort();
        return [what, BenchReport.Number(measured[measured.Count / 2]), BenchReport.Number(measured[(int)(measured.Count * 0.99)])];
    }
}
