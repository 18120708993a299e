namespace Platform.Api.Http;

/// <summary>A request's turn, which it gives back while it waits for something that isn't its own work. A feature of requests that take turns.</summary>
internal sealed class HeldTurn(TenantTurns turns, string tenant)
{
    private bool _isHeld;

    /// <summary>Waits for the turn.</summary>
    /// <returns>False: too many wait already.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async ValueTask<bool> EnterAsync(CancellationToken cancel)
    {
        if (turns.TryEnter(tenant) is not { } turn)
            return false;
        await turn.WaitAsync(cancel);
        return _isHeld = true;
    }

    public void Leave()
    {
        if (!_isHeld)
            return;
        _isHeld = false;
        turns.Leave(tenant);
    }

    /// <summary>Waits without the turn, then for another: for a read model, or a checkpoint.</summary>
    /// <exception cref="ProblemException">429: too many of the tenant wait for theirs by then.</exception>
    public static async Task<T> AsideAsync<T>(HttpContext http, Func<Task<T>> wait)
    {
        var held = http.Features.Get<HeldTurn>();
        held?.Leave();
        var waited = await wait();
        return held is null || await held.EnterAsync(http.RequestAborted) ? waited : throw new ProblemException(Refusal(http));
    }

    /// <summary>Too many of the tenant wait.</summary>
    public static Problem Refusal(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return new Problem(ProblemKind.RateLimited, "Too many requests of the tenant wait for their turn already; nothing was done. Try again.");
    }
}
