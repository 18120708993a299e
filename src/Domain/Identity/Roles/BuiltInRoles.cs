using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A role that every tenant has from the start.</summary>
public sealed record BuiltInRole(string Name, ImmutableSortedSet<string> Permissions);

/// <summary>The roles that this release brings; <see cref="DefineBuiltInRole"/> writes them down in a tenant.</summary>
public static class BuiltInRoles
{
    /// <summary>Permissions over the platform itself: whatever its roles say, a tenant's token never carries them.</summary>
    public static ImmutableSortedSet<string> PlatformWide { get; } = Grant(
        Permission.TenantsRead, Permission.TenantsProvision, Permission.TenantsOperate, Permission.ProjectionsRead, Permission.ProjectionsOperate, Permission.LedgerOperate,
        Permission.PrivacyOperate, Permission.ConfigurationOperate, Permission.QuotasOperate);

    /// <summary>By name.</summary>
    public static FrozenDictionary<string, BuiltInRole> All { get; } = new BuiltInRole[]
    {
        new("admin", Permission.All.Except(PlatformWide)),
        new("editor", Grant(Permission.ContentRead, Permission.ContentEdit, Permission.ContentPublish, Permission.SitesRead, Permission.FlagsRead, Permission.ExperimentsRead, Permission.RulesRead, Permission.RulesEdit, Permission.RecommendationsRead, Permission.RecommendationsManage, Permission.AuditSign)),
        new("analyst", Grant(Permission.AnalyticsRead, Permission.ExperimentsRead, Permission.QuotasRead, Permission.ContentRead, Permission.SitesRead, Permission.RecommendationsRead)),
        new("auditor", Grant(Permission.LedgerRead, Permission.AuditSign, Permission.RolesRead, Permission.UsersRead, Permission.ClientsRead, Permission.ContentRead, Permission.SitesRead, Permission.WebhooksRead, Permission.PrivacyRead)),
        new("privacy-officer", Grant(Permission.PrivacyRead, Permission.PrivacyManage, Permission.PrivacyApprove, Permission.PersonalRead, Permission.LedgerRead)),
        new("operator", PlatformWide.Union(Grant(Permission.AnalyticsRead, Permission.AnalyticsManage, Permission.QuotasRead, Permission.LedgerRead, Permission.RolesRead, Permission.AuditSign, Permission.AuditRevoke))),
    }.ToFrozenDictionary(role => role.Name, StringComparer.Ordinal);

    private static ImmutableSortedSet<string> Grant(params ReadOnlySpan<string> permissions) =>
        ImmutableSortedSet.Create(StringComparer.Ordinal, permissions);
}
