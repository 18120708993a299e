using Platform.Domain.Monitoring;
using Platform.Processors.Monitoring;

namespace Platform.Processors.Tests.Monitoring;

/// <summary>What is measured while it's taken is in one of both.</summary>
public sealed class TenantPerformanceTests
{
    private const int Writers = 4, Notes = 50_000;

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_between_two_takings()
    {
        var performance = new TenantPerformance(new PerformanceOptions(TimeSpan.FromMinutes(15)), TimeProvider.System);
        var noting = Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            for (var n = 0; n < Notes; n++)
                performance.Note(n % 3 == 0 ? "one" : "other", Operations.Read, TimeSpan.FromMicroseconds(n), n % 10 == 0 ? MeasuredOutcome.Failed : MeasuredOutcome.Done);
        })));
        var (sum, takings) = (Durations.None, 0);
        while (!noting.IsCompleted)
        {
            Take();
            takings++;
        }
        await noting;
        Take();
        takings.ShouldBeGreaterThan(1);
        (sum.Count, sum.Failed, sum.Microseconds, sum.Buckets.Sum()).ShouldBe((Writers * Notes, Writers * Notes / 10, Writers * (long)Notes * (Notes - 1) / 2, Writers * Notes));

        void Take()
        {
            foreach (var (_, measured) in performance.Take().Tenants)
                foreach (var one in measured)
                    sum = sum.With(one.Durations);
        }
    }

    [Fact]
    public void Where_it_is_not_written_nothing_is_kept()
    {
        var performance = new TenantPerformance(new PerformanceOptions((TimeSpan?)null), TimeProvider.System);
        performance.Note("one", Operations.Read, TimeSpan.FromSeconds(1));
        performance.Take().Tenants.ShouldBeEmpty();
    }
}
