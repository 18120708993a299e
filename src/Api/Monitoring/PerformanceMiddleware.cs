using System.Diagnostics;
using Platform.Api.Http;
using Platform.Domain.Monitoring;
using Platform.Processors.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>Whose a request is that came without a token.</summary>
internal sealed record TenantOfRequest(string TenantId);

/// <summary>
/// Measures, for the tenant that a request is of, how long it took from its routing until its answer was sent; what goes on for minutes, and the platform's own requests, aren't measured.
/// </summary>
internal sealed class PerformanceMiddleware(RequestDelegate next, TenantPerformance performance)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is RouteEndpoint endpoint && http.Features.Get<Unmetered>() is null && RateClassEndpoints.ClassOf(endpoint.Metadata) is { } rateClass && endpoint.Metadata.GetMetadata<RatedAs>() is not { IsLong: true })
        {
            // Who calls a public endpoint with a token has it do nothing for their tenant.
            var (started, tenant) = (Stopwatch.GetTimestamp(), rateClass != RateClass.Anonymous && http.User.Identity is { IsAuthenticated: true } ? Caller.Of(http).TenantId : null);
            if (tenant is not null)
                TenantStatements.CountFor(performance, tenant);
            http.Response.OnCompleted(() =>
            {
                if ((tenant ?? http.Features.Get<TenantOfRequest>()?.TenantId) is { } own)
                    performance.Note(own, OperationOf(rateClass), Stopwatch.GetElapsedTime(started), http.Response.StatusCode switch
                    {
                        >= 500 => MeasuredOutcome.Failed,
                        >= 400 => MeasuredOutcome.Refused,
                        _ => MeasuredOutcome.Done,
                    });
                return Task.CompletedTask;
            });
        }
        return next(http);
    }

    private static string OperationOf(RateClass rateClass) => rateClass switch
    {
        RateClass.Read => Operations.Read,
        RateClass.Write => Operations.Write,
        RateClass.Expensive => Operations.Expensive,
        _ => Operations.Tracking,
    };
}
