using System.Text.Json;
using Platform.Domain.Analytics;
using Platform.Domain.Audit;
using Platform.Domain.Collaboration;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.Domain.Security;
using Platform.Domain.Sites;
using Platform.Ledger;

namespace Platform.Domain.Tests;

/// <summary>One of each event, with every member filled, so that the snapshot shows all of its shape.</summary>
internal static class EventExamples
{
    private static readonly Guid ItemId = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly Guid SiteId = new("0198c0de-0000-7000-8000-000000000002");
    private static readonly Guid ParentId = new("0198c0de-0000-7000-8000-000000000003");
    private static readonly Fields Fields = Fields.Parse("""{"title":"First light","rank":1.5}""");
    private static readonly ContentSource Source = new("news/first-light.md", new string('a', 64));

    private static readonly Guid SubjectId = new("0198c0de-0000-7000-8000-000000000005");
    private static readonly PersonalText Sealed = PersonalText.Sealed("eyJhbGciOiJkaXIi...");

    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly WebhookSettings Settings = new("https://hooks.example.org/platform?key=1", ["content.item-published", "sites.*"], SiteId, "Search index");
    private static readonly DeliveredEvent Published = new(ItemId, "content.item-published", SiteId, 4, 17);

    public static object[] All { get; } =
    [
        new ContentTypeDefined(
            "article",
            [
                new FieldDefinition("title", "text", Required: true, Localized: true, Fields.Parse("""{"minLength":3}""")),
                new FieldDefinition("rank", "number"),
            ]),
        new ContentTypeChanged("article", [new FieldDefinition("headline", "text", Many: true)], [new FieldRename("title", "headline")], Fields),
        new ItemCreated(ItemId, SiteId, "article", "de-AT", "news/first-light", Fields, Source, 2),
        new ItemEdited(ItemId, Fields, ["summary"], Source),
        new ItemLocaleAdded(ItemId, "fr", "actualites/aube", Fields),
        new ItemLocaleEdited(ItemId, "fr", Fields, ["summary"]),
        new ItemLocaleRemoved(ItemId, "fr"),
        new ItemMigrated(ItemId, 3, Fields, ["summary"], [new LocaleChange("fr", Fields, ["summary"])], ["fields.rank: Must be a text."]),
        new ItemPublished(ItemId, 2, Fields, [new LocaleVariant("fr", "actualites/aube", Fields)], new string('b', 64)),
        new ItemPlaced(ItemId, ParentId),
        new ItemUnplaced(ItemId, ParentId),
        new ItemLabelled(ItemId, ["news", "sport"], ["150", "AT-9"]),
        new ItemShared(ItemId),
        new ItemUnshared(ItemId),
        new ItemOverridden(ItemId, ParentId, 4),
        new UpstreamMerged(ItemId, ParentId, 7),
        new OverrideReserved(SiteId, ParentId, ItemId),
        new OverrideReleased(SiteId, ParentId, ItemId),
        new SiteGateSet(SiteId, [new GateRule("News", GateEffect.Include, 10, new GateCondition(["article"], ["news"], ["AT"], ["de"], Noon, Noon.AddDays(1)), Noon, Noon.AddDays(2))]),
        new SiteGateReset(SiteId),
        new ItemScheduled(ItemId, Noon, Noon.AddDays(1), 2),
        new ItemScheduleFulfilled(ItemId, LiveAction.Publish, Noon),
        new ItemScheduleFailed(ItemId, LiveAction.Unpublish, Noon, "There is no such item."),
        new ItemScheduleCancelled(ItemId),
        new ItemUnpublished(ItemId),
        new ItemArchived(ItemId),
        new ItemRestored(ItemId),
        new ItemSlugChanged(ItemId, "news/first-light", "news/first", "fr"),
        new SlugReserved(SiteId, "de-AT", "news/first-light", ItemId),
        new SlugReleased(SiteId, "de-AT", "news/first-light", ItemId),
        new EditLeaseTaken(ItemId, "ann", Noon),
        new EditLeaseRenewed(ItemId, "ann", Noon),
        new EditLeaseTakenOver(ItemId, "ann", "bea", Noon),
        new EditLeaseReleased(ItemId, "bea"),
        new ReleaseCreated(ParentId, "Spring"),
        new ReleaseRenamed(ParentId, "Summer"),
        new ReleaseItemSet(ParentId, new ReleaseItem(ItemId, LiveAction.Publish, 2)),
        new ReleaseItemRemoved(ParentId, ItemId),
        new ReleasePublished(ParentId, [new ReleaseStep(ItemId, 5, 2, 4)]),
        new ReleaseUndone(ParentId),
        new SlugRedirected(SiteId, "de-AT", "news/first-light", ItemId),
        new ValueReserved("article", "sku", "\"a-1\"", ItemId, "de-AT"),
        new ValueReleased("article", "sku", "\"a-1\"", ItemId, "de-AT"),
        new TenantProvisioned("a2b3c4d5e6f7", "Example"),
        new SiteCreated(SiteId, "Example", "www.example.org", Fields.Parse("""{"theme":{"dark":true}}"""), ParentId),
        new SiteRenamed(SiteId, "Example two"),
        new SiteDomainChanged(SiteId, "www.example.org", "www.example.net"),
        new SiteMoved(SiteId, ParentId),
        new SiteSettingsChanged(SiteId, Fields.Parse("""{"theme":{"dark":false}}""")),
        new SiteDomainAdded(SiteId, "example.org"),
        new SiteDomainRemoved(SiteId, "example.org"),
        new SiteDomainVerified(SiteId, "www.example.org"),
        new SiteDomainVerificationLost(SiteId, "www.example.org"),
        new SiteLaunched(SiteId),
        new SitePaused(SiteId, "Maintenance"),
        new SiteResumed(SiteId),
        new SiteArchived(SiteId, "Merged into another"),
        new SiteRestored(SiteId),
        new DomainClaimed("www.example.org", "a2b3c4d5e6f7", SiteId, Noon),
        new DomainClaimReleased("www.example.org", "a2b3c4d5e6f7", SiteId),
        new DomainProofMissed("www.example.org", "a2b3c4d5e6f7", SiteId, new DateOnly(2026, 3, 1)),
        new DomainProofFound("www.example.org", "a2b3c4d5e6f7", SiteId),
        new DomainReserved("www.example.org", SiteId),
        new DomainReleased("www.example.org", SiteId),
        new ConfigurationKeyDeclared("shop.currency", "enum", Fields.Parse("""{"allowed":["EUR","USD"]}"""), JsonElement.Parse("\"EUR\""), "What prices are in."),
        new ConfigurationValuesSet(Fields.Parse("""{"seo.index":false}"""), SiteId),
        new ConfigurationValuesReset(["seo.title-suffix"], SiteId),
        new ConfigurationKeysLocked(["seo.index", "timezone"], SiteId),
        new ConfigurationKeysUnlocked(["timezone"], SiteId),
        new ConfigurationRolledBack(2, Fields.Parse("""{"locale.default":"de"}"""), ["timezone"], ["locale.default"], ["locale.allowed"], SiteId),
        new ConfigurationChangeApplied(ItemId, [SiteId, ParentId], Fields.Parse("""{"seo.index":false}"""), "c17"),
        new RoleDefined("editor", ["content.edit", "content.read"], BuiltIn: true),
        new RolePermissionsChanged("editor", ["content.read"]),
        new RoleInheritanceChanged("editor", ["analyst"]),
        new RoleRetired("editor"),
        new UserRegistered(ItemId, ParentId, "ann"),
        new UserLinked(ItemId, "ann"),
        new UserSuspended(ItemId),
        new UserResumed(ItemId),
        new SubjectTaken("ann", ItemId),
        new GrantRequested(ParentId, ItemId, "admin", "bea", SiteId, Noon, Noon.AddDays(1)),
        new GrantGiven(ParentId, ItemId, "editor", "bea", SiteId, Noon, Noon.AddDays(1)),
        new GrantApproved(ParentId, "cleo", ["roles.manage"]),
        new GrantRefused(ParentId, "cleo"),
        new GrantRevoked(ParentId, "cleo"),
        new DenialSet(ParentId, ItemId, "content.publish", "bea", SiteId),
        new DenialLifted(ParentId, "cleo"),
        new ClientRegistered(ItemId, "Importer", new ClientKey("demotenant22abcdefgh", new string('a', 64)), ["content.read"], Noon.AddDays(1)),
        new ClientKeyRotated(ItemId, new ClientKey("demotenant22bcdefghi", new string('b', 64)), Noon),
        new ClientUsed(ItemId, "demotenant22abcdefgh", Noon),
        new ClientRevoked(ItemId),
        new KeyRegistered("log", "Ed25519", "bmV3"),
        new KeyRotated("writer", "Ed25519", "bmV3", "b2xk", "c2lnbmVk", "c2lnbmVkIHRvbw=="),
        new LogReopened("platform.example/eu-1/2", "platform.example/eu-1/1\n9\nroot\n", 7, "Restored from last night's backup."),
        new PublicVerificationAllowed(),
        new PublicVerificationWithdrawn(),
        new AnalystAccessGranted("Weekly report"),
        new AnalystPasswordRotated("Laptop lost."),
        new AnalystAccessRevoked("Not needed any more."),
        new AttemptDenied("ann", "POST", "/api/content/{id:guid}/publish", 3, Noon, Noon.AddSeconds(40), "content.publish"),
        new SigningKeyRegistered(ParentId, "ann", "Laptop", "Ed25519", "MCowBQYDK2VwAyEA", "cHJvb2Y="),
        new SigningKeyRevoked(ParentId, "Lost."),
        new SignatureGiven(SiteId, ParentId, "ann", "approval", ItemId, 2, new string('c', 64), "Ready to print", "platform/signature/l1\n", "c2lnbmVk"),
        new WebhookCreated(ParentId, Settings),
        new WebhookChanged(ParentId, Settings with { Events = ["*"] }),
        new WebhookDisabled(ParentId, "The receiver answered 410 Gone."),
        new WebhookEnabled(ParentId),
        new WebhookSecretRotated(ParentId, 2, Noon),
        new WebhookTested(ParentId),
        new WebhookRemoved(ParentId),
        new WebhookDeadLettersReplayed(ParentId, 3),
        new WebhookListed(ParentId),
        new WebhookUnlisted(ParentId),
        new WebhookDelivered(ParentId, Published, 1, 204, 35),
        new WebhookDeliveryFailed(ParentId, Published, 2, 15_000, "The receiver answered 503.", 503, Noon),
        new WebhookDeliveryReplayed(ParentId, Published),
        new WebhookDeliveryDropped(ParentId, Published, "Known by now."),
        new ProjectionPaused("site_details", "Disk is full."),
        new ProjectionResumed("site_details"),
        new ProjectionRebuildRequested("site_details", ItemId, 2, true, "a2b3c4d5e6f7", "Looks wrong."),
        new ProjectionRebuildCancelled("site_details", ItemId),
        new ProjectionRebuildFinished("site_details", ItemId, new RebuildOutcome(1_000, 40, 2_500, true, 1, 2, 3, "LeaseLostException: gone")),
        new ProjectionVersionBuilt("site_details", ParentId, 3, new RebuildOutcome(1_000, 40, 2_500, true)),
        new ParkedEventRetried("site_details", 77, "a2b3c4d5e6f7", "The code was mended."),
        new ParkedEventSkipped("site_details", 78, "a2b3c4d5e6f7", "A foreign writer's mistake."),
        new GenerationDropped("site_details", 4, 1),
        new RebuildRequested(SiteId, ["item_details", "site_details"], true, "a2b3c4d5e6f7", "After the restore."),
        new SubjectRegistered(SubjectId, Sealed, Sealed, Sealed, Sealed, Sealed),
        new SubjectRectified(SubjectId, Sealed, Sealed, Sealed, Sealed, Sealed, ["phone"]),
        new ErasureRequested(SubjectId, ErasureCause.Subject, "jane", Noon, true, Sealed, "Leads"),
        new ErasureApproved(SubjectId),
        new ErasureRefused(SubjectId, Sealed),
        new ErasureCompleted(SubjectId, [ParentId]),
        new PurposeDefined("newsletter", 2, LegalBasis.Consent, "To send news.", [PersonalCategory.Contact]),
        new ConsentGiven(SubjectId, "newsletter", 2, Sealed, ParentId, Sealed),
        new ConsentWithdrawn(SubjectId, "newsletter"),
        new SubjectRestricted(SubjectId, Sealed),
        new RestrictionLifted(SubjectId, Sealed),
        new SubjectObjected(SubjectId, "statistics", 1, Sealed),
        new ObjectionWithdrawn(SubjectId, "statistics"),
        new ObjectionOverridden(SubjectId, "statistics", Sealed),
        new SubjectDataProvided(SubjectId, "json", Sealed),
        new KeyEncryptionRotated(2),
        new SubjectKeysRewrapped(2, 17, [1]),
        new PrivacyPolicySet(true, 14, [new RetentionRule("Leads", 365, RetentionStart.LastEvent)]),
    ];
}
