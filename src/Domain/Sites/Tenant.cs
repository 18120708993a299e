namespace Platform.Domain.Sites;

/// <summary>Stands in the platform's own tenant, as do all events of <see cref="Tenant"/>.</summary>
[EventType("sites.tenant-provisioned")]
public sealed record TenantProvisioned(string TenantId, string Name);

/// <summary>A customer of the platform, whose data nobody else sees.</summary>
[StateType("sites.tenant", 1)]
public sealed record Tenant : IState<Tenant>
{
    public static Tenant Initial { get; } = new();

    public bool Exists { get; init; }

    public string TenantId { get; init; } = "";

    public string Name { get; init; } = "";

    public long Version { get; init; }

    /// <summary>The stream of a tenant, in the platform's own tenant.</summary>
    public static Guid IdOf(string tenantId) => DerivedId.From("sites.tenant", tenantId);

    public Tenant Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Tenant Apply(object @event) => @event switch
    {
        TenantProvisioned provisioned => this with { Exists = true, TenantId = provisioned.TenantId, Name = provisioned.Name },
        _ => this,
    };
}
