namespace Platform.Domain.Sites;

/// <summary>Nobody of the tenant is let in until it's resumed; see <see cref="SuspendTenant"/>.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Reason">Of the operator.</param>
[EventType("sites.tenant-suspended")]
public sealed record TenantSuspended(string TenantId, string Reason);

[EventType("sites.tenant-resumed")]
public sealed record TenantResumed(string TenantId);

/// <summary>For good. What the tenant has stays where it is: its history is part of the ledger, and people are erased by their own right.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Reason">Of the operator.</param>
[EventType("sites.tenant-closed")]
public sealed record TenantClosed(string TenantId, string Reason);

/// <param name="TenantId">The tenant; its id never changes.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
[EventType("sites.tenant-renamed")]
public sealed record TenantRenamed(string TenantId, string Name);
