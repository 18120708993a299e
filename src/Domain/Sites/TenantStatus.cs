namespace Platform.Domain.Sites;

/// <summary>Whether a tenant's people and programs are let in.</summary>
public static class TenantStatus
{
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Closed = "closed";
}
