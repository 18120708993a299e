using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>
/// Who may do what where. A grant holds on its site and on all below it; a denial too, and stands above every grant: one anywhere on the way from the
/// site up to the tenant is enough. What is asked of the whole tenant is asked of all of its sites: a denial on any of them stands against it. Nothing is allowed that isn't granted.
/// </summary>
public static class Access
{
    /// <param name="who">Who asks.</param>
    /// <param name="roles">Of the tenant.</param>
    /// <param name="path">The site that it's about, the one above, and so on to the top; empty: it's about the whole tenant.</param>
    /// <param name="permission">What they want.</param>
    /// <param name="now">When.</param>
    public static AccessDecision Decide(Principal who, RoleTable roles, ReadOnlySpan<Guid> path, string permission, DateTimeOffset now)
    {
        var reasons = ImmutableArray.CreateBuilder<AccessReason>(who.TokenRoles.Length + who.Grants.Length + 1);
        if (who.IsBarred) reasons.Add(new(AccessEffect.Bars, who.Id, null, null, []));
        if (who.Scopes?.Contains(permission) == false) reasons.Add(new(AccessEffect.OutOfScope, who.Id, null, null, []));
        foreach (var denial in who.Denials)
            if (denial.Permission == permission && (path.IsEmpty || Covers(denial.SiteId, path))) reasons.Add(new(AccessEffect.Denies, denial.Id, denial.SiteId, null, []));
        var isFree = reasons.Count == 0;

        var isGranted = false;
        foreach (var role in who.TokenRoles)
        {
            var reason = OfRole(role, roles, permission);
            isGranted |= reason.Effect == AccessEffect.Grants;
            reasons.Add(reason);
        }
        foreach (var grant in who.Grants)
        {
            var reason = Covers(grant.SiteId, path) ? OfGrant(grant, roles, permission, now) : new(AccessEffect.Elsewhere, grant.Id, grant.SiteId, grant.Role, []);
            isGranted |= reason.Effect == AccessEffect.Grants;
            reasons.Add(grant.GranteeId == who.Id ? reason : reason with { GroupId = grant.GranteeId });
        }
        return new AccessDecision(isFree && isGranted, reasons.DrainToImmutable());
    }

    /// <summary>Refuses what would give somebody more than whoever gives it has.</summary>
    /// <param name="lacking">What the giver lacks.</param>
    internal static Rejection Escalation(IEnumerable<string> lacking) =>
        Reject.Forbidden($"You can't give what you don't have there yourself: {string.Join(", ", lacking.Order(StringComparer.Ordinal).Take(10))}.");

    /// <summary>What a grant does where it holds.</summary>
    internal static AccessReason OfGrant(AccessGrant grant, RoleTable roles, string permission, DateTimeOffset now)
    {
        var reason = OfRole(grant.Role, roles, permission) with { Id = grant.Id, SiteId = grant.SiteId };
        return reason with
        {
            Effect = grant.Status != GrantStatus.Given ? AccessEffect.AwaitsApproval
                : now < grant.NotBefore ? AccessEffect.NotYet
                : grant.ExpiresAt <= now ? AccessEffect.Expired
                : reason.Effect == AccessEffect.Grants && Permission.Dangerous.Contains(permission) && !grant.Approved.Contains(permission) ? AccessEffect.AwaitsApproval
                : reason.Effect,
        };
    }

    internal static AccessReason OfRole(string role, RoleTable roles, string permission) =>
        roles.LineTo(role, permission) is { } line ? new(AccessEffect.Grants, null, null, role, line)
        : new(roles.Find(role) is { IsRetired: false } ? AccessEffect.RoleLacksIt : AccessEffect.NoSuchRole, null, null, role, []);

    private static bool Covers(Guid? siteId, ReadOnlySpan<Guid> path) => siteId is not { } site || path.Contains(site);
}
