using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Platform.Projections.Experiments;

namespace Platform.Processors.Experiments;

/// <summary>Experiments of a tenant, as visitors are given variants by them.</summary>
/// <param name="Plans">By key, in its order; those that may give somebody one.</param>
/// <param name="Holdout">Who gets nothing of them.</param>
/// <param name="Changed">Log index up to which they are so; -1: there is none.</param>
public sealed record TenantExperiments(ImmutableSortedDictionary<string, ExperimentPlan> Plans, Holdout Holdout, long Changed)
{
    public static TenantExperiments Empty { get; } = new(ImmutableSortedDictionary.Create<string, ExperimentPlan>(StringComparer.Ordinal), Holdout.Initial, -1);

    internal TenantExperiments With(IReadOnlyList<KeptExperiment> changes, Holdout holdout)
    {
        if (changes.Count == 0) return holdout.Version == Holdout.Version ? this : this with { Holdout = holdout };
        // A key may be another experiment's by now: the later one counts.
        var plans = Plans.ToBuilder();
        foreach (var (experiment, _) in changes.OrderBy(change => change.Changed))
            if (experiment.Status == ExperimentStatus.Archived || experiment.Status == ExperimentStatus.Stopped && experiment.RolledOut is null) plans.Remove(experiment.Key);
            else plans[experiment.Key] = new(experiment.Key, experiment.Content, experiment.Status, experiment.Overrides.Select(o => KeyValuePair.Create(o.Unit, o.Variant)), experiment.RolledOut,
                experiment.StartedAt);
        return new(plans.ToImmutable(), holdout, Math.Max(Changed, changes.Max(change => change.Changed)));
    }
}

/// <summary>Experiments in this node's memory, a tenant at a time (<see cref="TenantModels{T}"/>): what is started, stopped or rolled out holds everywhere within a second, and asking touches memory only.</summary>
public sealed class ExperimentModels(IDocumentStore store)
{
    private readonly TenantModels<TenantExperiments> _tenants = new(store, ExperimentDetails.ReadModel, TimeSpan.FromMilliseconds(200), known => known.Plans.IsEmpty, async (session, before, after, cancel) =>
    {
        var changes = await ExperimentDetails.SinceAsync(session, after, cancel);
        // Read after them: an experiment never goes by less than was said before it started.
        var holdout = (await session.Events.AggregateStreamAsync<Holdout>(Holdout.Id, cancel: cancel)).State;
        return ((before ?? TenantExperiments.Empty).With(changes.Items, holdout), changes.Index);
    });

    /// <inheritdoc cref="TenantModels{T}.OfAsync"/>
    public ValueTask<TenantExperiments> OfAsync(string tenantId, CancellationToken cancel) => _tenants.OfAsync(tenantId, cancel);
}
