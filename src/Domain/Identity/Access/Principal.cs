using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Who asks, with all that was granted and denied to them.</summary>
/// <param name="Subject">As events name them.</param>
/// <param name="Id">The user or client; null: a token's subject that the tenant doesn't know.</param>
/// <param name="TokenRoles">Claim <c>roles</c>: granted by the tenant's issuer, in the whole tenant.</param>
/// <param name="Grants">Theirs, and those of the groups that they are in; those without effect among them.</param>
/// <param name="Denials">Theirs.</param>
/// <param name="Scopes">All that they may at most; null: whatever they are granted.</param>
/// <param name="IsBarred">Suspended, removed or revoked: they may nothing.</param>
public sealed record Principal(
    string Subject, Guid? Id, ImmutableArray<string> TokenRoles, ImmutableArray<AccessGrant> Grants, ImmutableArray<AccessDenial> Denials,
    ImmutableSortedSet<string>? Scopes = null, bool IsBarred = false)
{
    /// <summary>Whether what they may differs from site to site.</summary>
    public bool DependsOnSite { get; } = Grants.Any(grant => grant.SiteId is not null) || Denials.Any(denial => denial.SiteId is not null);
}
