using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>What an endpoint asks for and a role grants; the names stand in events and in the API.</summary>
public static class Permission
{
    public const string ContentRead = "content.read";
    public const string ContentEdit = "content.edit";
    public const string ContentPublish = "content.publish";
    public const string ContentTypesEdit = "content-types.edit";
    public const string SitesRead = "sites.read";
    public const string SitesEdit = "sites.edit";
    public const string ConfigurationEdit = "configuration.edit";

    /// <summary>The platform's own level of configuration, for all tenants.</summary>
    public const string ConfigurationOperate = "configuration.operate";

    public const string TenantsRead = "tenants.read";
    public const string TenantsProvision = "tenants.provision";

    /// <summary>Suspending, resuming, closing and renaming tenants, and probing their isolation.</summary>
    public const string TenantsOperate = "tenants.operate";

    /// <summary>What the tenant may use and uses.</summary>
    public const string QuotasRead = "quotas.read";

    /// <summary>Limits of all tenants.</summary>
    public const string QuotasOperate = "quotas.operate";

    public const string RolesRead = "roles.read";

    /// <summary>Roles of the tenant's own.</summary>
    public const string RolesManage = "roles.manage";

    public const string UsersRead = "users.read";

    /// <summary>Registering people, linking them to their sign-in, suspending them.</summary>
    public const string UsersManage = "users.manage";

    /// <summary>Who has which role where, and what is denied to whom.</summary>
    public const string GrantsManage = "grants.manage";

    public const string ClientsRead = "clients.read";

    /// <summary>Programs that call, and their keys.</summary>
    public const string ClientsManage = "clients.manage";

    /// <summary>With which providers people sign in, and what the platform makes of what those say of them.</summary>
    public const string SignInManage = "sign-in.manage";

    public const string AnalyticsRead = "analytics.read";
    public const string AnalyticsManage = "analytics.manage";

    /// <summary>Metrics measured elsewhere, and which there are.</summary>
    public const string AnalyticsRecord = "analytics.record";

    /// <summary>Bringing in visitors' events of the past, with their times.</summary>
    public const string AnalyticsReplay = "analytics.replay";

    public const string FlagsRead = "flags.read";
    public const string FlagsManage = "flags.manage";

    /// <summary>Asking what flags are for somebody.</summary>
    public const string FlagsEvaluate = "flags.evaluate";

    /// <summary>What a visitor is shown on a page of a site.</summary>
    public const string DeliveryRead = "delivery.read";

    /// <summary>What is known of visitors who agreed to be recognised.</summary>
    public const string ProfilesRead = "profiles.read";

    /// <summary>What profiles are made of, and which visitors are one.</summary>
    public const string ProfilesManage = "profiles.manage";

    /// <summary>What some visitors are shown otherwise, and what somebody would be shown.</summary>
    public const string RulesRead = "rules.read";

    public const string RulesEdit = "rules.edit";

    /// <summary>Letting rules live, agreeing to them, and taking them out of use.</summary>
    public const string RulesPublish = "rules.publish";

    /// <summary>How many eyes it takes to let rules live.</summary>
    public const string RulesManage = "rules.manage";

    public const string RecommendationsRead = "recommendations.read";

    /// <summary>What is pinned, buried and excluded.</summary>
    public const string RecommendationsManage = "recommendations.manage";

    public const string ExperimentsRead = "experiments.read";
    public const string ExperimentsManage = "experiments.manage";

    /// <summary>Asking which variants somebody gets.</summary>
    public const string ExperimentsEvaluate = "experiments.evaluate";

    public const string LedgerRead = "ledger.read";
    public const string LedgerManage = "ledger.manage";
    public const string LedgerOperate = "ledger.operate";
    public const string AuditSign = "audit.sign";
    public const string AuditRevoke = "audit.revoke";
    public const string ProjectionsRead = "projections.read";
    public const string ProjectionsOperate = "projections.operate";
    public const string WebhooksRead = "webhooks.read";
    public const string WebhooksManage = "webhooks.manage";

    /// <summary>Data subjects and what became of their rights, without a text about them.</summary>
    public const string PrivacyRead = "privacy.read";

    public const string PrivacyManage = "privacy.manage";

    /// <summary>Agreeing to erasures that somebody else asked for.</summary>
    public const string PrivacyApprove = "privacy.approve";

    /// <summary>What wraps the keys of data subjects, of all tenants.</summary>
    public const string PrivacyOperate = "privacy.operate";

    /// <summary>Texts about people, wherever they stand.</summary>
    public const string PersonalRead = "personal.read";

    public static ImmutableSortedSet<string> All { get; } = ImmutableSortedSet.Create(
        StringComparer.Ordinal,
        ContentRead, ContentEdit, ContentPublish, ContentTypesEdit, SitesRead, SitesEdit, ConfigurationEdit, ConfigurationOperate, TenantsRead, TenantsProvision, TenantsOperate,
        QuotasRead, QuotasOperate, RolesRead, RolesManage, UsersRead, UsersManage, GrantsManage, ClientsRead, ClientsManage, SignInManage, AnalyticsRead, AnalyticsManage, AnalyticsRecord, AnalyticsReplay, FlagsRead, FlagsManage, FlagsEvaluate, ExperimentsRead, ExperimentsManage, ExperimentsEvaluate, DeliveryRead, RecommendationsRead, RecommendationsManage, ProfilesRead, ProfilesManage, RulesRead, RulesEdit, RulesPublish, RulesManage,
        LedgerRead, LedgerManage, LedgerOperate, AuditSign, AuditRevoke, ProjectionsRead, ProjectionsOperate,
        WebhooksRead, WebhooksManage, PrivacyRead, PrivacyManage, PrivacyApprove, PrivacyOperate, PersonalRead);

    /// <summary>
    /// What takes four eyes to grant: who has it can give themselves or others more, read what is said of people, or reach beyond the tenant.
    /// </summary>
    public static ImmutableSortedSet<string> Dangerous { get; } = ImmutableSortedSet.Create(
        StringComparer.Ordinal,
        RolesManage, UsersManage, GrantsManage, ClientsManage, SignInManage, LedgerManage, LedgerOperate, AnalyticsManage, PrivacyRead, PrivacyManage, PrivacyApprove, PrivacyOperate, PersonalRead,
        TenantsProvision, TenantsOperate, ConfigurationOperate, QuotasOperate, ProjectionsOperate);

    /// <summary>What goes on in a tenant that is suspended or closed: the rights of people whose data it holds, and the audit of what it did.</summary>
    public static ImmutableSortedSet<string> OfHeldTenants { get; } = ImmutableSortedSet.Create(
        StringComparer.Ordinal, PrivacyRead, PrivacyManage, PrivacyApprove, PersonalRead, LedgerRead);
}
