using Platform.Api.Http;

namespace Platform.Api.Tests.Http;

public sealed class RateBucketTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void As_many_as_the_burst_come_at_once_and_then_one_by_one()
    {
        var (bucket, rate) = (new RateBucket(), new Rate(2, 3));
        Enumerable.Range(0, 3).Select(_ => bucket.Take(rate, 0)).Select(v => (v.IsTaken, v.Remaining)).ShouldBe([(true, 2L), (true, 1L), (true, 0L)]);
        bucket.Take(rate, 0).ShouldBe(new RateVerdict(false, 0, 2, 1));
        bucket.Take(rate, Second / 2 - 1).IsTaken.ShouldBeFalse();
        bucket.Take(rate, Second / 2).IsTaken.ShouldBeTrue();
        bucket.Take(rate, Second / 2).IsTaken.ShouldBeFalse();
        bucket.IsFull(2 * Second - 1).ShouldBeFalse();
        bucket.IsFull(2 * Second).ShouldBeTrue();
    }

    [Fact]
    public void Who_is_refused_is_told_when_to_come_again()
    {
        var (bucket, rate) = (new RateBucket(), new Rate(0.1, 1));
        bucket.Take(rate, 5).ShouldBe(new RateVerdict(true, 0, 10, 0));
        bucket.Take(rate, 5).RetryIn.ShouldBe(10);
        bucket.Take(rate, 5 + 9 * Second).RetryIn.ShouldBe(1);
        bucket.Take(rate, 5 + 10 * Second).IsTaken.ShouldBeTrue();
    }

    // Against the definition: tokens that drip into a bucket, counted in whole ticks of a token.
    [Fact]
    public void Whatever_comes_when_it_says_what_a_bucket_with_tokens_says()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (perSecond, burst) = (random.Next(1, 1_001), random.Next(1, 20));
            // A whole number of ticks between two tokens, so that both count exactly.
            while (Second % perSecond != 0)
                perSecond--;
            var (each, bucket, now) = (Second / perSecond, new RateBucket(), 0L);
            var filled = burst * each;
            for (var n = 0; n < 200; n++)
            {
                var passed = random.Next(3) == 0 ? 0 : random.NextInt64(3 * each);
                now += passed;
                filled = Math.Min(burst * each, filled + passed);
                var expected = filled >= each;
                if (expected)
                    filled -= each;
                var verdict = bucket.Take(new Rate(perSecond, burst), now);
                verdict.IsTaken.ShouldBe(expected, $"seed {seed}, request {n}");
                if (expected)
                    verdict.Remaining.ShouldBe(filled / each, $"seed {seed}, request {n}");
            }
        }
    }

    [Fact]
    public async Task Requests_at_once_take_no_more_than_there_is()
    {
        var (bucket, rate) = (new RateBucket(), new Rate(1, 1_000));
        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Enumerable.Range(0, 100).Count(_ => bucket.Take(rate, 0).IsTaken))));
        taken.Sum().ShouldBe(1_000);
    }
}
