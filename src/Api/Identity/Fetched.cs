using Platform.Processors;

namespace Platform.Api.Identity;

/// <summary>Something of a provider's, kept for a while: fetched by one at a time, and not again for ten seconds, also where that failed. Safe for use by several threads at once.</summary>
/// <param name="time">The clock.</param>
/// <param name="life">How long it's kept.</param>
internal sealed class Fetched<T>(TimeProvider time, TimeSpan life) where T : class
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SharedLook _look = new();
    private volatile Attempt? _last;

    // Times by the clock's ticks. Failure: of the last attempt, which leaves what was there before.
    private sealed record Attempt(T? Value, long FetchedAt, long At, string? Failure);

    /// <param name="fetch">Fetches it; what fails is said by <see cref="ProviderException"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="unfit">What won't do, if it's still that; it's given all the same where it was fetched just now.</param>
    /// <exception cref="ProviderException">It can't be had, or couldn't just now.</exception>
    public async ValueTask<T> OfAsync(Func<Task<T>> fetch, CancellationToken cancel, T? unfit = null) => Find(unfit) ?? await _look.LookAsync(() => Find(unfit), () => FetchAsync(fetch), cancel);

    private T? Find(T? unfit)
    {
        if (_last is not { } last)
            return null;
        if (last.Value is { } value && value != unfit && time.GetElapsedTime(last.FetchedAt) < life)
            return value;
        return time.GetElapsedTime(last.At) >= Pause ? null : last.Failure is { } failure ? throw new ProviderException(failure) : last.Value;
    }

    private async Task<T> FetchAsync(Func<Task<T>> fetch)
    {
        var at = time.GetTimestamp();
        try
        {
            var value = await fetch();
            _last = new Attempt(value, at, at, null);
            return value;
        }
        catch (ProviderException e)
        {
            _last = new Attempt(_last?.Value, _last?.FetchedAt ?? 0, at, e.Message);
            throw;
        }
    }
}
