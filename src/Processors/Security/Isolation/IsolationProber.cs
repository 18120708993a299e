using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Processors.Security;

/// <summary>Carries out probes of isolation, one at a time on all nodes, and records what they found.</summary>
/// <param name="store">The database.</param>
/// <param name="runner">Records.</param>
/// <param name="routes">Tries the API; null: this process doesn't serve it.</param>
public sealed class IsolationProber(DocumentStore store, CommandRunner runner, IRouteProbe? routes = null)
{
    private readonly ProjectionOperations _operations = new(store);
    private readonly CanaryTenants _canaries = new(store, runner);

    /// <summary>Keeps other processes from probing meanwhile.</summary>
    /// <returns>False: another process is at it.</returns>
    /// <exception cref="LeaseLostException">Another process may have taken over.</exception>
    public Task<bool> TryExclusivelyAsync(Func<CancellationToken, Task> work, CancellationToken cancel) => _operations.TryExclusivelyAsync("isolation-probe", work, cancel);

    /// <summary>Asks for a probe.</summary>
    public Task RequestAsync(Guid id, string user, string trigger, CancellationToken cancel) => runner.RunAsync(
        new Arrival(DocumentStore.PlatformTenant, user, trigger, CorrelationId: $"isolation-probe:{id}"), 201,
        (session, c) => session.DecideAsync<IsolationProbe>(id, probe => RequestIsolationProbe.Decide(new RequestIsolationProbe(id), probe), c), cancel);

    /// <summary>Carries out a probe that was asked for.</summary>
    /// <returns>What was recorded of it.</returns>
    public async Task<RecordIsolationProbe> RunAsync(Guid id, CancellationToken cancel)
    {
        var foreign = await _canaries.PrepareAsync(cancel);
        var report = await new TableProbe(store.Options.Database.App, store.Options.Projections).RunAsync(CanaryTenants.Own, CanaryTenants.Foreign, cancel);
        var tried = routes is null ? new RouteProbeReport(0, []) : await routes.RunAsync(CanaryTenants.Own, foreign, cancel);
        var command = new RecordIsolationProbe(id, report.Tables, report.TablesWithRows, report.Attempts, tried.Requests,
            [.. report.Gaps.Select(gap => new IsolationFinding(gap.Rule, gap.Subject, gap.Detail)), .. tried.Findings]);
        await runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, CanaryTenants.User, "isolation-probe", CorrelationId: $"isolation-probe:{id}"), 200,
            (session, c) => session.DecideAsync<IsolationProbe>(id, probe => RecordIsolationProbe.Decide(command, probe), c), cancel);
        return command;
    }
}
