namespace Platform.Domain.Sites;

/// <summary>
/// Keeps a tenant's people and programs out, and holds its scheduled work, until it's resumed. Data subjects' rights and the audit go on.
/// </summary>
/// <param name="Id">The tenant's stream.</param>
/// <param name="Reason">1-1,000 characters; it's recorded.</param>
public sealed record SuspendTenant(Guid Id, string? Reason) : ICommand<SuspendTenant, Tenant>
{
    public static Decision Decide(SuspendTenant command, Tenant state)
    {
        if (Tenant.CheckReason(command.Reason) is { } invalid) return invalid;

        return state switch
        {
            { Exists: false } => Tenant.Missing,
            { Status: TenantStatus.Closed } => Tenant.ClosedForGood,
            { Status: TenantStatus.Suspended } => Reject.Conflict("The tenant is suspended already; its history says why."),
            _ => Decision.Of(new TenantSuspended(state.TenantId, command.Reason!.Trim())),
        };
    }
}

/// <summary>Lets a suspended tenant in again; what was held goes on, in the order in which it fell due.</summary>
/// <param name="Id">The tenant's stream.</param>
public sealed record ResumeTenant(Guid Id) : ICommand<ResumeTenant, Tenant>
{
    public static Decision Decide(ResumeTenant command, Tenant state) => state switch
    {
        { Exists: false } => Tenant.Missing,
        { Status: TenantStatus.Closed } => Tenant.ClosedForGood,
        { Status: TenantStatus.Active } => Decision.Nothing,
        _ => Decision.Of(new TenantResumed(state.TenantId)),
    };
}
