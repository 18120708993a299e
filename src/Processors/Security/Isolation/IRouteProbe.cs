using Platform.Domain.Security;

namespace Platform.Processors.Security;

/// <summary>What a canary tenant has.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Streams">Its resources.</param>
/// <param name="TypeName">Its content type, which no other tenant has under this name.</param>
public sealed record Canary(string TenantId, IReadOnlyList<Guid> Streams, string TypeName);

/// <param name="Requests">Requests that were tried.</param>
/// <param name="Findings">None: nothing of the other tenant was there.</param>
public sealed record RouteProbeReport(int Requests, IReadOnlyList<IsolationFinding> Findings);

/// <summary>Tries every route of the API that this process serves.</summary>
public interface IRouteProbe
{
    /// <param name="own">The tenant whose admin tries.</param>
    /// <param name="foreign">What must not be there for them, nor move.</param>
    /// <param name="cancel">Stops between requests.</param>
    Task<RouteProbeReport> RunAsync(string own, Canary foreign, CancellationToken cancel);
}
