using System.Globalization;

namespace Platform.Api.Http;

/// <summary>
/// Counts requests and refuses what is too much, before anything is looked up but who calls, which for tenants that exist is in memory; says in each answer what is left, as draft-ietf-httpapi-ratelimit-headers-10 has it. Then requests take turns by
/// tenant.
/// </summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, RateLimits limits, TenantTurns turns)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!limits.IsEnabled || http.Features.Get<Unmetered>() is not null || http.GetEndpoint() is not RouteEndpoint endpoint || RateClassEndpoints.ClassOf(endpoint.Metadata) is not { } rateClass)
        {
            await next(http);
            return;
        }
        if (http.User.Identity is not { IsAuthenticated: true } || rateClass == RateClass.Anonymous)
        {
            if (await IsAllowedAsync(http, [limits.Take(http.Connection.RemoteIpAddress)]))
                await next(http);
            return;
        }
        var caller = Caller.Of(http);
        if (await IsAllowedAsync(http, limits.Take(caller.TenantId, caller.Subject, rateClass)))
            await InTurnAsync(http, caller.TenantId, endpoint.Metadata.GetMetadata<RatedAs>() is { IsLong: true });
    }

    private async Task InTurnAsync(HttpContext http, string tenant, bool isLong)
    {
        // What goes on for minutes would leave no turn to others of the tenant.
        if (isLong)
        {
            await next(http);
            return;
        }
        var turn = new HeldTurn(turns, tenant);
        if (!await turn.EnterAsync(http.RequestAborted))
        {
            await HeldTurn.Refusal(http).ExecuteAsync(http);
            return;
        }
        http.Features.Set(turn);
        try
        {
            await next(http);
        }
        finally
        {
            turn.Leave();
        }
    }

    private static async Task<bool> IsAllowedAsync(HttpContext http, IReadOnlyList<RateCheck> checks)
    {
        // Last of all: whoever answers with a problem begins the answer anew.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["RateLimit-Policy"] = string.Join(", ", checks.Select(check => string.Create(CultureInfo.InvariantCulture, $"\"{check.Name}\";q={check.Rate.Burst};w={check.Rate.Window}")));
            http.Response.Headers["RateLimit"] = string.Join(", ", checks.Select(check => string.Create(CultureInfo.InvariantCulture, $"\"{check.Name}\";r={check.Verdict.Remaining};t={check.Verdict.FullIn}")));
            return Task.CompletedTask;
        });
        foreach (var check in checks)
            if (!check.Verdict.IsTaken)
            {
                http.Response.Headers.RetryAfter = check.Verdict.RetryIn.ToString(CultureInfo.InvariantCulture);
                await new Problem(ProblemKind.RateLimited, string.Create(CultureInfo.InvariantCulture,
                    $"The limit {check.Name} is {check.Rate.PerSecond:0.###} requests a second, {check.Rate.Burst} at once; nothing was done. Try again in {check.Verdict.RetryIn} s.")).ExecuteAsync(http);
                return false;
            }
        return true;
    }
}

/// <summary>A request of the platform's own, which takes no rate and no turn from anybody.</summary>
internal sealed record Unmetered;
