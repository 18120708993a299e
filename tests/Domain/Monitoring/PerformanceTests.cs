using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Monitoring;

namespace Platform.Domain.Tests.Monitoring;

/// <summary>Durations in buckets, and that a node's are kept once.</summary>
public sealed class PerformanceTests
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Node = new("0198c0de-0000-7000-8000-000000000002");
    private static readonly ImmutableArray<MeasuredOperation> Reads = [new(Operations.Read, Of([1_000, 2_000]))];

    [Fact]
    public void A_quantile_is_within_its_bucket_of_the_exact_one() =>
        Prop.ForAll(Gen.Choose(1, 20_000_000).NonEmptyListOf().ToArbitrary(), took =>
        {
            var sorted = took.Order().ToList();
            var own = Of(sorted.Select(one => (long)one));
            foreach (var part in new[] { 0.5, 0.95, 0.99 })
            {
                var exact = sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
                var bucket = Durations.BucketOf(exact);
                own.Quantile(part)!.Value.ShouldBeInRange((bucket == 0 ? 0 : Durations.Bounds[bucket - 1]) / 1_000.0, Durations.Bounds[bucket] / 1_000.0, $"{part} of {sorted.Count}");
            }
            own.Count.ShouldBe(sorted.Count);
            own.Mean()!.Value.ShouldBe(sorted.Average() / 1_000, 1e-6);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Together_they_are_as_if_measured_together() =>
        Prop.ForAll(Gen.Choose(0, 40_000_000).ListOf().Two().ToArbitrary(), took =>
        {
            var together = Of(took.Item1.Select(x => (long)x)).With(Of(took.Item2.Select(x => (long)x)));
            var atOnce = Of(took.Item1.Concat(took.Item2).Select(x => (long)x));
            (together with { Buckets = [] }).ShouldBe(atOnce with { Buckets = [] });
            together.Buckets.ShouldBe(atOnce.Buckets);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Bounds_rise_from_a_quarter_of_a_millisecond_and_what_never_was_has_none()
    {
        (Durations.Bounds[0], Durations.Bounds[4], Durations.Bounds[^1] > 20_000_000).ShouldBe((250, 1_000, true));
        Durations.Bounds.Zip(Durations.Bounds.Skip(1)).ShouldAllBe(pair => pair.Second > pair.First);
        (Durations.None.Quantile(0.5), Durations.None.Mean()).ShouldBe((null, null));
        Of([3_600_000_000]).Quantile(0.99)!.Value.ShouldBe(Durations.Bounds[^1] / 1_000.0, "longer than the last bound has no upper end");
    }

    [Fact]
    public void What_a_node_measured_is_kept_once()
    {
        var measured = new PerformanceMeasured(Node, Noon, Reads);
        Spec.Given<PerformanceRecord>().When(new RecordPerformance(Node, Noon, Reads)).Then(measured);
        Spec.Given<PerformanceRecord>(measured).When(new RecordPerformance(Node, Noon, Reads)).ThenNothing();
        Spec.Given<PerformanceRecord>(measured).When(new RecordPerformance(Node, Noon.AddMinutes(15), Reads)).Then(measured with { From = Noon.AddMinutes(15) });
        Spec.Given<PerformanceRecord>().When(new RecordPerformance(Node, Noon, [])).ThenNothing();
        PerformanceRecord.IdOf(Node, Noon).ShouldNotBe(PerformanceRecord.IdOf(Node, Noon.AddDays(1)));
    }

    private static Durations Of(IEnumerable<long> microseconds)
    {
        var all = microseconds.ToList();
        var buckets = new long[Durations.Bounds.Length + 1];
        foreach (var one in all)
            buckets[Durations.BucketOf(one)]++;
        return new Durations(all.Count, 0, 0, all.Sum(), [.. buckets.AsSpan(0, Array.FindLastIndex(buckets, times => times > 0) + 1)]);
    }
}
