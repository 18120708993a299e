using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Platform.Projections.Experiments;

namespace Platform.Processors.Experiments;

/// <summary>Flags of a tenant, as they're evaluated.</summary>
/// <param name="Plans">By key, in its order.</param>
/// <param name="Changed">Log index up to which they are so; -1: there is none.</param>
public sealed record TenantFlags(ImmutableSortedDictionary<string, FlagPlan> Plans, long Changed)
{
    public static TenantFlags Empty { get; } = new(ImmutableSortedDictionary.Create<string, FlagPlan>(StringComparer.Ordinal), -1);

    internal TenantFlags With(IReadOnlyList<KeptFlag> changes)
    {
        if (changes.Count == 0) return this;
        // A key may be another flag's by now: the later one counts.
        var plans = Plans.ToBuilder();
        foreach (var (flag, isArchived, _) in changes.OrderBy(change => change.Changed))
            if (isArchived) plans.Remove(flag.Key);
            else plans[flag.Key] = flag.Content.Plan(flag.Key, flag.KilledBecause is not null);
        return new(plans.ToImmutable(), Math.Max(Changed, changes.Max(change => change.Changed)));
    }
}

/// <summary>Flags in this node's memory, a tenant at a time (<see cref="TenantModels{T}"/>): what is killed is its default everywhere within a second, and asking touches memory only.</summary>
public sealed class FlagModels(IDocumentStore store)
{
    private readonly TenantModels<TenantFlags> _tenants = new(store, FlagDetails.ReadModel, TimeSpan.FromMilliseconds(50), known => known.Plans.IsEmpty, async (session, before, after, cancel) =>
    {
        var changes = await FlagDetails.SinceAsync(session, after, cancel);
        return ((before ?? TenantFlags.Empty).With(changes.Items), changes.Index);
    });

    /// <inheritdoc cref="TenantModels{T}.OfAsync"/>
    public ValueTask<TenantFlags> OfAsync(string tenantId, CancellationToken cancel) => _tenants.OfAsync(tenantId, cancel);
}
