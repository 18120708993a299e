namespace Platform.EventStore.Tests.Subscriptions;

internal static class SubscriptionWaiting
{
    /// <summary>Until everything appended so far was routed and nothing waits any more.</summary>
    public static async Task<SubscriptionStatus> EndedAsync(StoreFixture fixture, string name)
    {
        var last = await fixture.Owner.ScalarAsync<long>("select count(*) from public.mt_events");
        SubscriptionStatus? status = null;
        await UntilAsync(async () => (status = await StatusAsync(fixture, name)) is { Waiting: 0 } && status.Position >= last);
        return status!;
    }

    public static async Task<SubscriptionStatus> StatusAsync(StoreFixture fixture, string name) => (await SubscriptionStatus.AllAsync(fixture.Database)).Single(s => s.Name == name);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var n = 0; n < 1_000; n++, await Task.Delay(20))
            if (await condition())
                return;
        throw new TimeoutException();
    }
}
