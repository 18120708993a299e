using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Audit;
using Platform.Projections.Collaboration;
using Platform.Projections.Content;
using Platform.Projections.Experiments;
using Platform.Projections.Identity;
using Platform.Projections.Monitoring;
using Platform.Projections.Personalization;
using Platform.Projections.Security;
using Platform.Projections.Sites;

namespace Platform.Projections;

/// <summary>Every read model there is.</summary>
public static class ReadModels
{
    public static IReadOnlyList<Projection> All { get; } =
    [
        new AccessEntries(),
        new AuditTrail(),
        new CatalogueChanges(),
        new Clients(),
        new ContentSearch(),
        new ContentTypeDetailsProjection(),
        new DataSubjects(),
        new Denials(),
        new Flags(),
        new DueItems(),
        new ExperimentsProjection(),
        new Grants(),
        new GroupMembers(),
        new Groups(),
        new Hits(),
        new HitsByDay(),
        new HitsByQuarterHour(),
        new Interactions(),
        new IsolationProbes(),
        new ItemDetailsProjection(),
        new ItemMentions(),
        new PerformanceByQuarterHour(),
        new ProjectionControls(),
        new Purposes(),
        new QuotaUsage(),
        new ReleaseDetailsProjection(),
        new RetentionRules(),
        new RoleDirectory(),
        new Sessions(),
        new Signatures(),
        new SigningKeys(),
        new SignInProviders(),
        new SiteConfiguration(),
        new SiteContent(),
        new SiteDetailsProjection(),
        new SubjectEvents(),
        new TenantAnalytics(),
        new TenantDirectory(),
        new DomainClaims(),
        new TenantStates(),
        new TenantQuotasProjection(),
        new Users(),
        new Visits(),
        new VisitorActs(),
        new VisitorChanges(),
        new SegmentMembers(),
        new VisitorChoicesProjection(),
        new ProfileSettingsProjection(),
        new PersonalizationRules(),
        new RulePolicies(),
        new Segments(),
        new VisitorRetentions(),
        new Reports(),
        new SummaryRuns(),
        new WebhookDeliveries(),
        new WebhookRoutes(),
        new Webhooks(),
    ];
}
