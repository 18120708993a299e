namespace Platform.Domain.Sites;

/// <summary>Ends a tenant for good: as if suspended, and nothing resumes it.</summary>
/// <param name="Id">The tenant's stream.</param>
/// <param name="Reason">1-1,000 characters; it's recorded.</param>
public sealed record CloseTenant(Guid Id, string? Reason) : ICommand<CloseTenant, Tenant>
{
    public static Decision Decide(CloseTenant command, Tenant state)
    {
        if (Tenant.CheckReason(command.Reason) is { } invalid) return invalid;

        return state switch
        {
            { Exists: false } => Tenant.Missing,
            { Status: TenantStatus.Closed } => Tenant.ClosedForGood,
            _ => Decision.Of(new TenantClosed(state.TenantId, command.Reason!.Trim())),
        };
    }
}

/// <summary>Gives a tenant another name; its id stays.</summary>
/// <param name="Id">The tenant's stream.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
public sealed record RenameTenant(Guid Id, string? Name) : ICommand<RenameTenant, Tenant>
{
    public static Decision Decide(RenameTenant command, Tenant state)
    {
        if (DisplayName.Problem(command.Name) is { } problem) return Reject.Invalid("name", problem);

        var name = command.Name!.Trim();
        return state switch
        {
            { Exists: false } => Tenant.Missing,
            { Status: TenantStatus.Closed } => Tenant.ClosedForGood,
            { Name: var known } when known == name => Decision.Nothing,
            _ => Decision.Of(new TenantRenamed(state.TenantId, name)),
        };
    }
}
