namespace Platform.Domain.Sites;

/// <summary>Stands in the platform's own tenant, as do all events of <see cref="Tenant"/>.</summary>
[EventType("sites.tenant-provisioned")]
public sealed record TenantProvisioned(string TenantId, string Name);

/// <summary>A customer of the platform, whose data nobody else sees.</summary>
[StateType("sites.tenant", 2)]
public sealed record Tenant : IState<Tenant>
{
    private const int LongestReason = 1_000;

    public static Tenant Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such tenant.");

    internal static Rejection ClosedForGood { get; } = Reject.Conflict("The tenant is closed for good.");

    public bool Exists { get; init; }

    public string TenantId { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>One of <see cref="TenantStatus"/>.</summary>
    public string Status { get; init; } = TenantStatus.Active;

    public long Version { get; init; }

    /// <summary>The stream of a tenant, in the platform's own tenant.</summary>
    public static Guid IdOf(string tenantId) => DerivedId.From("sites.tenant", tenantId);

    internal static Rejection? CheckReason(string? reason) => DisplayName.Problem(reason, LongestReason) is { } problem ? Reject.Invalid("reason", problem) : null;

    public Tenant Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Tenant Apply(object @event) => @event switch
    {
        TenantProvisioned provisioned => this with { Exists = true, TenantId = provisioned.TenantId, Name = provisioned.Name },
        TenantRenamed renamed => this with { Name = renamed.Name },
        TenantSuspended => this with { Status = TenantStatus.Suspended },
        TenantResumed => this with { Status = TenantStatus.Active },
        TenantClosed => this with { Status = TenantStatus.Closed },
        _ => this,
    };
}
