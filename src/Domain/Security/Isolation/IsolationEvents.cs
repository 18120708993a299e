namespace Platform.Domain.Security;

/// <summary>Stands in the platform's own tenant, as do all events of <see cref="IsolationProbe"/>.</summary>
[EventType("security.isolation-probe-requested")]
public sealed record IsolationProbeRequested(Guid ProbeId);

/// <summary>A probe found a way by which a tenant would come at what isn't its own.</summary>
/// <param name="ProbeId">The probe.</param>
/// <param name="Rule">What was broken, e.g. <c>foreign-rows-read</c>.</param>
/// <param name="Subject">The table, view, function, role or route.</param>
/// <param name="Detail">A sentence; never anything of a tenant's.</param>
[EventType("security.isolation-breached")]
public sealed record IsolationBreached(Guid ProbeId, string Rule, string Subject, string Detail);

/// <summary>A probe is over.</summary>
/// <param name="ProbeId">The probe.</param>
/// <param name="Tables">Tables that were tried.</param>
/// <param name="TablesWithRows">Those of them in which the other canary tenant had rows.</param>
/// <param name="Attempts">Statements that were tried.</param>
/// <param name="Requests">Requests that were tried; 0: the process that probed doesn't serve the API.</param>
/// <param name="Findings">What was found; the first of them are events of their own.</param>
[EventType("security.isolation-probed")]
public sealed record IsolationProbed(Guid ProbeId, int Tables, int TablesWithRows, int Attempts, int Requests, int Findings);
