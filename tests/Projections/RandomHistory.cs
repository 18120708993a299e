using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain;
using Platform.Domain.Audit;
using Platform.Domain.Collaboration;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Domain.Monitoring;
using Platform.Domain.Security;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Projections.Tests;

/// <summary>Events of every capability, as deciders would give them: a stream starts once, and an item that is archived is restored first.</summary>
public sealed partial class RandomHistory(DocumentStore store, Random random)
{
    // Of what Start starts.
    private const int Kinds = 16;

    private enum Kind { Item, Site, Release }

    private sealed record Open(string Tenant, Guid Id, Kind Kind)
    {
        public bool Archived { get; set; }
        public HashSet<string> Locales { get; } = [];
    }

    private readonly Dictionary<string, int> _started = new(StringComparer.Ordinal);
    private readonly List<Open> _streams = [];

    /// <summary>One transaction over one to three streams.</summary>
    public async Task AppendAsync()
    {
        var tenant = random.Next(3) == 0 ? ProjectionFixture.OtherTenantId : ProjectionFixture.TenantId;
        var session = store.LightweightSession(new SessionOptions(tenant, random.Next(4) == 0 ? null : $"user-{random.Next(3)}", random.Next(2) == 0 ? "http" : null));
        for (var n = random.Next(1, 4); n > 0; n--)
            Change(session, tenant);
        await session.SaveChangesAsync();
    }

    private void Change(IDocumentSession session, string tenant)
    {
        var known = _streams.Where(s => s.Tenant == tenant).ToList();
        if (known.Count == 0 || random.Next(4) == 0)
            Start(session, tenant);
        else
        {
            var stream = known[random.Next(known.Count)];
            session.Events.Append(stream.Id, stream.Kind switch
            {
                Kind.Item => ItemChange(stream),
                Kind.Site => SiteChange(stream.Id),
                _ => ReleaseChange(stream.Id),
            });
        }
    }

    private void Start(IDocumentSession session, string tenant)
    {
        var id = Guid.CreateVersion7();
        // Each kind once in each tenant, so that no model stays empty by chance; then as it comes, items more often.
        var nth = _started[tenant] = _started.GetValueOrDefault(tenant) + 1;
        switch (nth <= Kinds ? Kinds - nth : random.Next(Kinds + 4))
        {
            case 15:
                Behave(session, id);
                break;
            case 11:
                Configure(session);
                break;
            case 13:
                Limit(session, tenant);
                break;
            case 8:
                Webhook(session, id);
                break;
            case 0:
                session.Events.Append(id, new ContentTypeDefined($"type-{id:n}", [new FieldDefinition("title", "text", Required: true), new FieldDefinition("rank", "number")]));
                if (random.Next(2) == 0)
                    session.Events.Append(id, new ContentTypeChanged($"type-{id:n}", [new FieldDefinition("name", "text")], [new FieldRename("title", "name")], Fields.Empty));
                break;
            case 1:
                session.Events.Append(id, new RoleDefined($"role-{random.Next(5)}", ["content.read", .. random.Next(2) == 0 ? ["content.edit"] : ImmutableArray<string>.Empty], false));
                session.Events.Append(id, new RolePermissionsChanged($"role-{random.Next(7)}", ["content.read"]));
                break;
            case 2:
                session.Events.Append(id, new DomainClaimed($"{random.Next(9)}.example.org", tenant, id, Noon), new DomainProofMissed("a.example.org", tenant, id, new DateOnly(2026, 3, 1)));
                if (random.Next(2) == 0)
                    session.Events.Append(id, new DomainClaimReleased($"{random.Next(9)}.example.org", tenant, id));
                Tenant(session, id);
                break;
            case 3:
                session.Events.Append(id, new SiteCreated(id, "Site", $"{id:n}.example.org", Draw(), random.Next(2) == 0 ? null : Guid.CreateVersion7()));
                _streams.Add(new Open(tenant, id, Kind.Site));
                break;
            case 4:
                session.Events.Append(id, new ReleaseCreated(id, "Spring"));
                _streams.Add(new Open(tenant, id, Kind.Release));
                break;
            case 5:
                Slug(session, id);
                break;
            case 6:
                session.Events.Append(id, new SigningKeyRegistered(id, $"user-{random.Next(3)}", "Laptop", "Ed25519", $"key {id:n}", "proof"));
                if (random.Next(2) == 0)
                    session.Events.Append(id, new SigningKeyRevoked(id, "Lost"));
                break;
            case 7:
                session.Events.Append(id, new SignatureGiven(
                    id, Guid.CreateVersion7(), $"user-{random.Next(3)}", "approval", Guid.CreateVersion7(), random.Next(1, 9), new string('c', 64), "Größe 🌍", "statement\n", "signature"));
                session.Events.Append(AttemptDenied.StreamOf("user-1"), new AttemptDenied("user-1", "POST", "/api/content", random.Next(1, 9), Noon, Noon, random.Next(2) == 0 ? null : "content.edit"));
                break;
            case 12:
                Access(session, id);
                break;
            case 10:
                Person(session, id);
                break;
            case 9:
                Operate(session, $"model_{random.Next(3)}", id);
                break;
            default:
                session.Events.Append(id, new ItemCreated(id, Guid.CreateVersion7(), "article", "de-AT", $"slug-{id:n}", Draw(), random.Next(2) == 0 ? null : Source()));
                _streams.Add(new Open(tenant, id, Kind.Item));
                break;
        }
    }

    private void Tenant(IDocumentSession session, Guid id)
    {
        var (tenant, probe) = ($"tenant{random.Next(9)}", Guid.CreateVersion7());
        session.Events.Append(probe, new IsolationProbeRequested(probe), new IsolationBreached(probe, "row-security-off", "public.mt_streams", "Größe 🌍"));
        if (random.Next(2) == 0)
            session.Events.Append(probe, new IsolationProbed(probe, random.Next(9), 1, 2, 3, 1));
        session.Events.Append(id, new TenantProvisioned(tenant, "Größe 🌍"));
        if (random.Next(2) == 0)
            session.Events.Append(id, new TenantRenamed(tenant, "Größer"), new TenantSuspended(tenant, "Unpaid"));
        if (random.Next(2) == 0)
            session.Events.Append(id, random.Next(2) == 0 ? new TenantResumed(tenant) : (object)new TenantClosed(tenant, "Gone"));
    }

    private void Configure(IDocumentSession session)
    {
        var site = random.Next(3) == 0 ? null : _streams.Where(s => s.Tenant == session.TenantId && s.Kind == Kind.Site).Select(s => (Guid?)s.Id).FirstOrDefault();
        var key = $"shop.key-{random.Next(4)}";
        session.Events.Append(ConfigurationKey.IdOf(key), new ConfigurationKeyDeclared(key, "json", Fields.Empty, JsonElement.Parse("1"), "Größe 🌍"));
        session.Events.Append(ConfigurationScope.IdOf(site), random.Next(5) switch
        {
            0 => new ConfigurationValuesReset([key], site),
            1 => new ConfigurationKeysLocked([key, "timezone"], site),
            2 => new ConfigurationKeysUnlocked([key], site),
            3 => new ConfigurationRolledBack(1, Fields.Empty, [key], ["timezone"], [key], site),
            _ => new ConfigurationValuesSet(new Fields(Fields.Empty.Values.Add(key, JsonElement.Parse($"{random.Next(9)}"))), site),
        });
        var gated = site ?? Guid.CreateVersion7();
        session.Events.Append(SiteGate.IdOf(gated), random.Next(3) == 0 ? new SiteGateReset(gated) : new SiteGateSet(gated, [new GateRule("Größe 🌍", GateEffect.Exclude, 1, new GateCondition(Tags: ["news"]), Noon)]));
        session.Events.Append(OverrideReservation.IdOf(gated, gated), random.Next(2) == 0 ? new OverrideReserved(gated, gated, gated) : new OverrideReleased(gated, gated, gated));
        session.Events.Append(Guid.CreateVersion7(), new ConfigurationChangeApplied(Guid.CreateVersion7(), [], Fields.Empty, "c1"));
    }

    private void Limit(IDocumentSession session, string tenant)
    {
        session.Events.Append(TenantQuotas.IdOf(tenant), new QuotasChanged(tenant, random.Next(3) == 0 ? [] : [new QuotaLimit("eventsPerDay", null, random.Next(100, 1_000)), new QuotaLimit("sites")]));
        session.Events.Append(QuotaNotices.Id, new QuotaSoftLimitReached("eventsPerDay", random.Next(9), random.Next(9), new DateOnly(2030, 6, 1)));
        if (random.Next(2) == 0)
            session.Events.Append(QuotaNotices.Id, new QuotaSoftLimitCleared("eventsPerDay", random.Next(9)));
    }

    private void Operate(IDocumentSession session, string model, Guid id)
    {
        var outcome = new RebuildOutcome(random.Next(1_000), random.Next(100), random.Next(10_000), random.Next(2) == 0, random.Next(2));
        session.Events.Append(OperatedProjection.IdOf(model), random.Next(4) switch
        {
            0 => [new ProjectionPaused(model, "Größe 🌍"), new ProjectionRebuildRequested(model, id, 1, false)],
            1 => [new ProjectionResumed(model), new ProjectionVersionBuilt(model, id, 2, outcome)],
            2 => [new ParkedEventSkipped(model, random.Next(100), "tenant222222", "Because."), new ProjectionRebuildRequested(model, id, 1, true, "tenant222222", "Because."), new ProjectionRebuildCancelled(model, id)],
            _ => new object[] { new ProjectionRebuildRequested(model, id, 1, false), new ProjectionRebuildFinished(model, id, outcome), new GenerationDropped(model, 1, 1) },
        });
    }

    private void Person(IDocumentSession session, Guid id)
    {
        const string purpose = "newsletter";
        session.Events.Append(Purpose.IdOf(purpose), new PurposeDefined(purpose, random.Next(1, 9), LegalBasis.Consent, "Größe 🌍", [PersonalCategory.Contact]));
        session.Events.Append(PrivacyPolicy.Id, new PrivacyPolicySet(
            random.Next(2) == 0, 30, [.. Enumerable.Range(0, random.Next(1, 3)).Select(n => new RetentionRule($"rule {n}", random.Next(1, 3), RetentionStart.LastEvent))]));
        session.Events.Append(id, new SubjectRegistered(id, Sealed(), random.Next(2) == 0 ? null : Sealed()));
        for (var n = random.Next(5); n > 0; n--)
            session.Events.Append(id, random.Next(11) switch
            {
                7 => new ConsentWithdrawn(id, purpose),
                8 => new ObjectionWithdrawn(id, purpose),
                9 => new ObjectionOverridden(id, purpose, Sealed()),
                10 => new ErasureApproved(id),
                0 => new SubjectRectified(id, Phone: Sealed(), Removed: ["name"]),
                1 => new ConsentGiven(id, purpose, 1, null, Guid.CreateVersion7(), Sealed()),
                2 => new SubjectRestricted(id, Sealed()),
                3 => new RestrictionLifted(id, Sealed()),
                4 => new SubjectObjected(id, purpose, 1, random.Next(2) == 0 ? null : Sealed()),
                5 => new SubjectDataProvided(id, "json"),
                _ => new ErasureRefused(id, Sealed()),
            });
        if (random.Next(2) == 0)
            session.Events.Append(id, new ErasureRequested(id, ErasureCause.Subject, "user-1", Noon, false), new ErasureCompleted(id, [Guid.CreateVersion7()]));
    }

    private void Access(IDocumentSession session, Guid user)
    {
        var (grant, denial, client) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        session.Events.Append(user, new UserRegistered(user, Guid.CreateVersion7(), random.Next(2) == 0 ? null : $"user-{user:n}"));
        if (random.Next(2) == 0)
            session.Events.Append(user, new UserLinked(user, $"user-{user:n}"), new UserSuspended(user));
        if (random.Next(2) == 0)
            session.Events.Append(user, new UserResumed(user));
        Group(session, user);
        session.Events.Append(grant, random.Next(2) == 0
            ? new GrantRequested(grant, user, "admin", "user-1", Guid.CreateVersion7(), null, Noon) : new GrantGiven(grant, user, "editor", "user-1", null, Noon));
        session.Events.Append(grant, random.Next(3) switch
        {
            0 => new GrantApproved(grant, "user-2", ["roles.manage", "users.manage"]),
            1 => new GrantRefused(grant, "user-2"),
            _ => new GrantRevoked(grant, "user-2"),
        });
        session.Events.Append(denial, new DenialSet(denial, user, "content.edit", "user-1"));
        if (random.Next(2) == 0)
            session.Events.Append(denial, new DenialLifted(denial, "user-2"));
        session.Events.Append(client, new ClientRegistered(client, "Größe 🌍", new ClientKey("demotenant22abcdefgh", new string('a', 64)), random.Next(2) == 0 ? null : ["content.read"], Noon));
        if (random.Next(2) == 0)
            session.Events.Append(client, new ClientKeyRotated(client, new ClientKey("demotenant22bcdefghi", new string('b', 64)), Noon));
        if (random.Next(2) == 0)
            session.Events.Append(client, new ClientRevoked(client));
        session.Events.Append(ClientUse.IdOf(client), new ClientUsed(client, "demotenant22abcdefgh", Noon));
        session.Events.Append(SubjectReservation.IdOf($"user-{user:n}"), new SubjectTaken($"user-{user:n}", user));
        var (provider, signedIn) = ($"corp-{random.Next(5)}", Guid.CreateVersion7());
        session.Events.Append(SignInProvider.IdOf(provider), new SignInProviderConfigured(provider, "https://id.example.org", "platform", ["email"], [new("groups", "Größe 🌍", "editor")], SignInAdmits.Everyone, 60, random.Next(2) == 0 ? null : "sealed"));
        if (random.Next(2) == 0)
            session.Events.Append(SignInProvider.IdOf(provider), new SignInProviderRemoved(provider));
        session.Events.Append(signedIn, new SessionOpened(signedIn, provider, 1, $"oidc:{provider}|user", ["editor"], Noon, random.Next(2) == 0 ? null : $"sid-{random.Next()}"));
        if (random.Next(2) == 0)
            session.Events.Append(signedIn, new SessionEnded(signedIn, SessionEnd.SignedOut));
        var role = $"role-{random.Next(7)}";
        session.Events.Append(Guid.CreateVersion7(), new RoleDefined(role, [], false, ["editor"]), new RoleInheritanceChanged(role, ["admin", "editor"]), new RoleRetired(role));
    }

    private void Group(IDocumentSession session, Guid user)
    {
        var (group, name) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        session.Events.Append(group, new GroupDefined(group, "Größe 🌍", random.Next(2) == 0 ? null : $"g-{random.Next()}"));
        session.Events.Append(group, random.Next(3) switch
        {
            0 => new GroupRenamed(group, $"name {random.Next()}"),
            1 => new GroupExternalIdChanged(group, random.Next(2) == 0 ? null : "g"),
            _ => new GroupRemoved(group),
        });
        session.Events.Append(user, new UserProvisioned(user, Guid.CreateVersion7(), name, Sealed(), random.Next(2) == 0 ? null : Sealed(), Sealed()), new UserJoinedGroup(user, group), new UserJoinedGroup(user, name));
        session.Events.Append(name, new UserNameTaken(name, user));
        if (random.Next(2) == 0)
            session.Events.Append(user, new UserLeftGroup(user, name));
        if (random.Next(4) == 0)
        {
            session.Events.Append(user, new UserLeftGroup(user, group), new UserRemoved(user));
            session.Events.Append(name, new UserNameReleased(name, user));
            session.Events.Append(SubjectReservation.IdOf($"user-{user:n}"), new SubjectReleased($"user-{user:n}", user));
        }
    }

    private PersonalText Sealed() => PersonalText.Sealed($"{SealedText.Prefix}{random.Next()}");

    private object ItemChange(Open item)
    {
        if (item.Archived)
        {
            item.Archived = false;
            return new ItemRestored(item.Id);
        }
        var locale = $"{"efi"[random.Next(3)]}n";
        switch (random.Next(15))
        {
            case 0:
            case 6:
                return new ItemPublished(item.Id, random.Next(1, 9), Draw(), random.Next(2) == 0 ? null : [new LocaleVariant("fr-CA", "slug", Draw()), new LocaleVariant("fr", "slug", Draw())]);
            case 7:
                return item.Locales.Add(locale) ? new ItemLocaleAdded(item.Id, locale, $"to-{random.Next()}", Draw())
                    : random.Next(3) > 0 ? new ItemLocaleEdited(item.Id, locale, Draw(), ["rank"])
                    : item.Locales.Remove(locale) ? new ItemLocaleRemoved(item.Id, locale) : throw new InvalidOperationException();
            case 8:
                return new ItemMigrated(
                    item.Id, random.Next(2, 9), Draw(), ["rank"], [.. item.Locales.Order().Select(l => new LocaleChange(l, Draw(), ["title"]))], random.Next(2) == 0 ? null : ["fields.title: Is wrong."]);
            case 9:
                return random.Next(2) == 0 ? new ItemPlaced(item.Id, Guid.CreateVersion7()) : new ItemUnplaced(item.Id, Guid.CreateVersion7());
            case 13:
                return random.Next(3) switch
                {
                    0 => new ItemLabelled(item.Id, ["news"], random.Next(2) == 0 ? [] : ["AT-9", "DE"]),
                    1 => new ItemUnshared(item.Id),
                    _ => new ItemShared(item.Id),
                };
            case 14:
                return random.Next(2) == 0 ? new ItemOverridden(item.Id, Guid.CreateVersion7(), random.Next(1, 9)) : new UpstreamMerged(item.Id, Guid.CreateVersion7(), random.Next(1, 9));
            case 5:
            case 10:
                return new ItemScheduled(item.Id, Noon, random.Next(2) == 0 ? null : Noon.AddDays(random.Next(9)), random.Next(2) == 0 ? null : 1);
            case 11:
                return random.Next(3) switch
                {
                    0 => new ItemScheduleCancelled(item.Id),
                    1 => new ItemScheduleFulfilled(item.Id, LiveAction.Publish, Noon),
                    _ => new ItemScheduleFailed(item.Id, LiveAction.Unpublish, Noon, "Is wrong."),
                };
            case 1:
                return new ItemUnpublished(item.Id);
            case 2:
                return new ItemSlugChanged(item.Id, "from", $"to-{random.Next()}");
            case 3:
                item.Archived = true;
                return new ItemArchived(item.Id);
            default:
                return new ItemEdited(item.Id, random.Next(3) == 0 ? Fields.Empty : Draw(), random.Next(3) == 0 ? ["rank"] : [], random.Next(4) == 0 ? Source() : null);
        }
    }

    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private void Slug(IDocumentSession session, Guid id)
    {
        session.Events.Append(id, new SlugReserved(id, "de-AT", "slug", id));
        if (random.Next(3) is var fate and > 0)
            session.Events.Append(id, fate == 1 ? new SlugReleased(id, "de-AT", "slug", id) : new SlugRedirected(id, "de-AT", "slug", id));
    }

    private void Webhook(IDocumentSession session, Guid id)
    {
        var settings = new WebhookSettings("https://hooks.example.org", ["content.*", "sites.site-created"], random.Next(2) == 0 ? null : Guid.CreateVersion7());
        session.Events.Append(id, new WebhookCreated(id, settings));
        for (var n = random.Next(4); n > 0; n--)
            session.Events.Append(id, random.Next(4) switch
            {
                0 => new WebhookChanged(id, settings with { Events = ["*"] }),
                1 => new WebhookDisabled(id, "Größe 🌍"),
                2 => new WebhookEnabled(id),
                _ => new WebhookSecretRotated(id, 2, Noon),
            });
        var e = new DeliveredEvent(Guid.CreateVersion7(), "content.item-published", Guid.CreateVersion7(), random.Next(1, 9), random.Next(1, 999));
        var delivery = WebhookDelivery.IdOf(id, e.Id);
        session.Events.Append(delivery, new WebhookDeliveryFailed(id, e, 1, 20, "Away.", random.Next(2) == 0 ? null : 503, random.Next(2) == 0 ? null : Noon));
        session.Events.Append(delivery, random.Next(3) switch
        {
            0 => new WebhookDelivered(id, e, 2, 204, 20),
            1 => new WebhookDeliveryReplayed(id, e),
            _ => new WebhookDeliveryDropped(id, e, "Known"),
        });
        if (random.Next(5) == 0)
            session.Events.Append(id, new WebhookRemoved(id));
    }

    private object ReleaseChange(Guid release) => random.Next(5) switch
    {
        0 => new ReleaseRenamed(release, $"name {random.Next()}"),
        1 => new ReleaseItemSet(release, new ReleaseItem(new Guid(random.Next(3), 0, 0, new byte[8]), LiveAction.Publish, random.Next(2) == 0 ? null : random.Next(1, 9))),
        2 => new ReleaseItemRemoved(release, new Guid(random.Next(3), 0, 0, new byte[8])),
        3 => new ReleasePublished(release, []),
        _ => new ReleaseUndone(release),
    };

    private object SiteChange(Guid site) => random.Next(12) switch
    {
        4 => new SiteDomainAdded(site, $"alias{random.Next(3)}.example.org"),
        5 => new SiteDomainRemoved(site, $"alias{random.Next(3)}.example.org"),
        6 => new SiteDomainVerified(site, $"alias{random.Next(3)}.example.org"),
        7 => new SiteDomainVerificationLost(site, $"alias{random.Next(3)}.example.org"),
        8 => random.Next(2) == 0 ? new SiteLaunched(site) : new SiteResumed(site),
        9 => new SitePaused(site, "Größe 🌍"),
        10 => new SiteArchived(site),
        11 => new SiteRestored(site),
        0 => new SiteRenamed(site, $"name {random.Next()}"),
        1 => new SiteDomainChanged(site, "from.example.org", $"to{random.Next()}.example.org"),
        2 => new SiteMoved(site, random.Next(2) == 0 ? null : Guid.CreateVersion7()),
        _ => new SiteSettingsChanged(site, Draw()),
    };

    private ContentSource Source() => new($"news/{random.Next(50)}.md", new string('a', 64));

    private Fields Draw() => Fields.Parse(JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["title"] = $"\"é\u2028 {random.Next()}",
        ["ref"] = random.Next(2) == 0 ? null : Guid.CreateVersion7().ToString(),
        ["refs"] = new[] { Guid.CreateVersion7().ToString() },
        ["rank"] = random.NextDouble() * Math.Pow(10, random.Next(-9, 20)),
        [$"more {random.Next(3)}"] = new object?[] { null, true, 1.50m, new Dictionary<string, int> { ["ü"] = 1 } },
    }));
}
