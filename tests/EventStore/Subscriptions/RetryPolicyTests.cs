namespace Platform.EventStore.Tests.Subscriptions;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Policy = new(5, TimeSpan.FromSeconds(10), 3, TimeSpan.FromMinutes(1));

    [Fact]
    public void Pauses_grow_up_to_the_longest_and_end_with_the_last_attempt() =>
        Enumerable.Range(1, 5).Select(attempt => Policy.After(attempt, 1)?.TotalSeconds).ShouldBe([10, 30, 60, 60, null]);

    [Fact]
    public void Chance_takes_up_to_half_of_a_pause() => Policy.After(1, 0)!.Value.TotalSeconds.ShouldBe(5);

    [Fact]
    public void The_usual_policy_tries_for_most_of_a_day() =>
        Enumerable.Range(1, RetryPolicy.Default.Attempts).Sum(attempt => RetryPolicy.Default.After(attempt, 0.5)?.TotalHours ?? 0).ShouldBeInRange(14, 24);
}
