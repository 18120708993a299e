using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>The limits that a tenant has of its own.</summary>
[StateType("sites.quotas", 1)]
public sealed record TenantQuotas : IState<TenantQuotas>
{
    public static TenantQuotas Initial { get; } = new();

    /// <summary>In name order; of what isn't named the platform's defaults hold.</summary>
    public ImmutableArray<QuotaLimit> Limits { get; init; } = [];

    public long Version { get; init; }

    /// <summary>The stream of a tenant's limits, in the platform's own tenant.</summary>
    public static Guid IdOf(string tenantId) => DerivedId.From("sites.quotas", tenantId);

    public TenantQuotas Evolve(object @event, long version) => (@event is QuotasChanged changed ? this with { Limits = changed.Limits } : this) with { Version = version };
}
