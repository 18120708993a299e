namespace Platform.Api.Tests;

/// <summary>Waits for what comes by itself: a read model that follows, another node that hears of something, a delivery.</summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until it's so.</summary>
    /// <exception cref="TimeoutException">It didn't become so.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> holds, int seconds = 60)
    {
        for (var deadline = Environment.TickCount64 + seconds * 1_000; !await holds(); await Task.Delay(Pause))
            if (Environment.TickCount64 >= deadline)
                throw new TimeoutException($"It didn't become so within {seconds} s.");
    }

    /// <summary>Asks until it's answered so.</summary>
    /// <returns>The answer; the last one must be so.</returns>
    public static async Task<Answer> AnsweredAsync(Func<Task<Answer>> ask, int status, int seconds = 10)
    {
        for (var deadline = Environment.TickCount64 + seconds * 1_000; ; await Task.Delay(Pause))
            if (await ask() is var answer && (answer.Status == status || Environment.TickCount64 >= deadline))
                return answer.ShouldBe(status);
    }
}
