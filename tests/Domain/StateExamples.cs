using Platform.Domain.Analytics;
using Platform.Domain.Audit;
using Platform.Domain.Collaboration;
using Platform.Domain.Content;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.Domain.Personalization;
using Platform.Domain.Security;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests;

/// <summary>One of each state, as the examples of events make it, without the events that empty it again.</summary>
internal static class StateExamples
{
    public static object[] All { get; } =
    [
        After<ContentType>(),
        After<Item>(),
        After<SlugReservation>(),
        After<ValueReservation>(),
        After<OverrideReservation>(),
        After<SiteGate>(),
        After<EditLease>(),
        After<Release>(),
        After<HomeSite>(),
        After<Tenant>(),
        After<IsolationProbe>(),
        After<TenantQuotas>(),
        After<QuotaNotices>(),
        After<Site>(),
        After<DomainClaim>(),
        After<DomainReservation>(),
        After<ConfigurationScope>(),
        After<DeclaredKey>(),
        After<Role>(),
        After<User>(),
        After<Person>(),
        After<UserNameReservation>(),
        After<Group>(),
        After<SubjectReservation>(),
        After<Grant>(),
        After<Grantee>(),
        After<Denial>(),
        After<ScopeSite>(),
        After<ApiClient>(),
        After<ClientUse>(),
        After<SignInProvider>(),
        After<Session>(),
        After<AnalystAccess>(),
        After<Visit>(),
        After<ErasedVisitor>(),
        After<VisitorRetention>(),
        After<MetricDefinition>(),
        After<MetricRecord>(),
        After<Segment>(),
        After<SegmentList>(),
        After<Flag>(),
        After<FlagList>(),
        After<ProfileSettings>(),
        After<VisitorChoices>(),
        After<VisitorSegments>(),
        After<Rule>(),
        After<RuleList>(),
        After<RulePolicy>(),
        After<Experiment>(),
        After<ExperimentList>(),
        After<Holdout>(),
        After<ExperimentSite>(),
        After<Report>(),
        After<ReportList>(),
        After<ReportedSite>(),
        After<RecommendationRules>(),
        After<RecommendedSite>(),
        After<RecommendationService>(),
        After<MailRecipient>(),
        After<SummaryRun>(),
        After<LedgerKeys>(),
        After<PublicVerification>(),
        After<SigningKey>(),
        After<DataSubject>(),
        After<Purpose>(),
        After<PrivacyPolicy>(),
        After<SubjectKeyEncryption>(),
        After<Signature>(),
        After<Webhook>(),
        After<WebhookList>(),
        After<WebhookDelivery>(),
        After<OperatedProjection>(),
        After<PerformanceRecord>(),
    ];

    // All at one version, so that an event more among the examples changes no state that doesn't know it.
    private static TState After<TState>() where TState : IState<TState> => EventExamples.All
        .Where(example => example is not (ItemUnpublished or ItemArchived or ItemRestored or ItemLocaleRemoved or ItemUnplaced or ItemUnshared or OverrideReleased or SiteGateReset or ItemScheduleFulfilled or ItemScheduleFailed or ItemScheduleCancelled
            or SlugReleased or SlugRedirected or ValueReleased or EditLeaseReleased or ReleaseItemRemoved or ReleaseUndone or DomainReleased or QuotaSoftLimitCleared or SigningKeyRevoked or PublicVerificationWithdrawn or AnalystAccessRevoked or SegmentArchived or SegmentUnlisted or FlagRevived or FlagArchived or FlagUnlisted or VisitorSeparated or VisitorChoicesForgotten or VisitorSegmentsForgotten or RuleRefused or RuleWithdrawn or RuleArchived or RuleUnlisted or ReportEnded or ReportUnlisted
            or RoleRetired or UserRemoved or UserLeftGroup or SubjectReleased or UserNameReleased or GroupRemoved or GrantRefused or GrantRevoked or DenialLifted or ClientRevoked
            or ConsentWithdrawn or RestrictionLifted or ObjectionWithdrawn
            or WebhookDisabled or WebhookRemoved or WebhookUnlisted or WebhookDeliveryReplayed or WebhookDeliveryDropped
            or ProjectionResumed or ProjectionRebuildCancelled or ProjectionRebuildFinished))
        .Aggregate(TState.Initial, (state, example) => state.Evolve(example, 3));
}
