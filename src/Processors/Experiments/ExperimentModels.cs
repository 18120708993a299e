using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Platform.Projections.Experiments;

namespace Platform.Processors.Experiments;

/// <summary>Experiments of a tenant, as visitors are given variants by them.</summary>
/// <param name="Plans">By key, in its order; those that may give somebody one.</param>
/// <param name="Changed">Log index up to which they are so; -1: there is none.</param>
public sealed record TenantExperiments(ImmutableSortedDictionary<string, ExperimentPlan> Plans, long Changed)
{
    public static TenantExperiments Empty { get; } = new(ImmutableSortedDictionary.Create<string, ExperimentPlan>(StringComparer.Ordinal), -1);

    internal TenantExperiments With(IReadOnlyList<KeptExperiment> changes)
    {
        if (changes.Count == 0) return this;
        // A key may be another experiment's by now: the later one counts.
        var plans = Plans.ToBuilder();
        foreach (var (experiment, _) in changes.OrderBy(change => change.Changed))
            if (experiment.Status == ExperimentStatus.Archived || experiment.Status == ExperimentStatus.Stopped && experiment.RolledOut is null) plans.Remove(experiment.Key);
            else plans[experiment.Key] = new(experiment.Key, experiment.Content, experiment.Status, experiment.Overrides.Select(o => KeyValuePair.Create(o.Unit, o.Variant)), experiment.RolledOut);
        return new(plans.ToImmutable(), Math.Max(Changed, changes.Max(change => change.Changed)));
    }
}

/// <summary>Experiments in this node's memory, a tenant at a time (<see cref="FollowedModel{T}"/>): what is started, stopped or rolled out holds everywhere within a second, and asking touches memory only.</summary>
public sealed class ExperimentModels(IDocumentStore store)
{
    private const int MostTenants = 1_000;

    private readonly FollowedModels<TenantExperiments> _tenants = new(store, TimeSpan.FromMilliseconds(50), MostTenants, known => known.Plans.IsEmpty);
    private readonly FirstCatchUp _first = new(ExperimentDetails.ReadModel);

    /// <param name="tenantId">A tenant that there is: each that is asked for is kept.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<TenantExperiments> OfAsync(string tenantId, CancellationToken cancel) =>
        _tenants.Of(tenantId).Current is { } known ? ValueTask.FromResult(known) : LookAsync(tenantId, cancel);

    private ValueTask<TenantExperiments> LookAsync(string tenantId, CancellationToken cancel) => _tenants.Of(tenantId).OfAsync(async (before, after) =>
    {
        var session = store.QuerySession(tenantId);
        await _first.AwaitAsync(session, cancel);
        var changes = await ExperimentDetails.SinceAsync(session, after, cancel);
        return ((before ?? TenantExperiments.Empty).With(changes.Items), changes.Index);
    }, cancel);
}
