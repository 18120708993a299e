using System.Text.Json;
using Npgsql;
using Platform.Api.Sites;
using Platform.Api.Tests.Audit;
using Platform.Api.Tests.Collaboration;
using Platform.Api.Tests.Identity;
using Platform.Api.Tests.Monitoring;
using Platform.Api.Tests.Sites;
using Platform.Domain.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Http;

/// <summary>A write that was sent and accepted.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Subject">Who sent it, as in the token.</param>
/// <param name="Tenant">The tenant of their token.</param>
/// <param name="Correlation">The correlation id that it was sent with.</param>
/// <param name="Body">As it was sent; null: none.</param>
internal sealed record Written(Operation Operation, string Subject, string Tenant, string Correlation, object? Body);

/// <summary>
/// One tenant that has one of everything, because every write that the OpenAPI document has was sent for it once, with a body that is accepted. A write that is new has to be sent here too:
/// the tests say so.
/// </summary>
public sealed partial class EveryWrite : IAsyncLifetime
{
    private readonly List<Written> _written = [];
    private readonly Attentive _log = new();
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private IReadOnlyList<Operation> _operations = [];
    private readonly NameServer _names = new();
    private PlatformApp? _app;
    private NpgsqlDataSource? _owner;
    private Receiver? _receiver;
    private FaultyProvider? _provider;
    private HttpClient? _admin, _second, _operator, _signedIn, _visitor;

    internal PlatformApp App => _app!;
    internal NpgsqlDataSource Owner => _owner!;

    /// <summary>The tenant that has one of everything.</summary>
    internal string Tenant { get; } = TenantEndpoints.NewId();

    /// <summary>Stands in every text that the tenant chose, and nowhere else.</summary>
    internal string Mark { get; } = $"zq{Guid.NewGuid():n}"[..12];

    /// <summary>Tenants that stood in the scope of log lines.</summary>
    internal ICollection<string> LoggedTenants => _log.Tenants.Keys;

    internal HttpClient Admin => _admin!;
    internal HttpClient Operator => _operator!;
    internal IReadOnlyList<Operation> Operations => _operations;
    internal IReadOnlyList<Written> Written => _written;

    /// <summary>What stands in a path's place holders, by the path up to them: of the tenant's own.</summary>
    internal IReadOnlyDictionary<string, string> Ids => _ids;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?>(WebhookHost.Settings) { ["Sites:NameServers"] = _names.Address }, log: _log);
        _owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
        _receiver = await Receiver.StartAsync();
        _provider = await FaultyProvider.StartAsync();
        (_admin, _operator) = (_app.Client("admin", Tenant), _app.Client("operator"));
        _second = _app.ClientOf(Tenant);
        _second.DefaultRequestHeaders.Authorization = new("Bearer", _app.Issuer.Issue("second-admin", Tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        _operations = await Operation.AllAsync(_admin);
        _ids["/api/ledger/public"] = Tenant;
        await ContentAsync();
        await SitesAsync();
        await PeopleAsync();
        await SignInAsync();
        await PrivacyAsync();
        await AuditAsync();
        await WebhooksAsync();
        await OperationsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { _admin, _second, _operator, _visitor })
            client?.Dispose();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
        await Owner.DisposeAsync();
        await App.DisposeAsync();
        await _names.DisposeAsync();
    }

    /// <summary>The path of an operation with the tenant's own ids in it; null: it has a place holder for which there is none.</summary>
    internal string? UrlOf(Operation operation)
    {
        var parts = new List<string>();
        foreach (var part in operation.Path.Split('/'))
        {
            if (part is not ['{', ..])
                parts.Add(part);
            else if (_ids.TryGetValue(string.Join('/', parts), out var value) || _ids.TryGetValue(part, out value))
                parts.Add(value);
            else
                return null;
        }
        return string.Join('/', parts);
    }

    private async Task ContentAsync()
    {
        await DoAsync("CreateSite", new { name = $"{Mark} second", domain = $"{Mark}.example.net" });
        var further = _ids["/api/sites"];
        await DoAsync("CreateSite", new { name = $"{Mark} site", domain = $"{Mark}.example.org", settings = new { note = Mark } });
        var site = _ids["/api/sites"];
        await DoAsync("DefineContentType", new { name = $"note-{Mark}", fields = new object[] { new { name = "title", type = "text", localized = true }, new { name = "body", type = "markdown" } } });
        _ids["/api/content-types"] = $"note-{Mark}";
        await DoAsync("ChangeContentType", new { fields = new object[] { new { name = "title", type = "text", localized = true }, new { name = "body", type = "markdown" }, new { name = "rank", type = "number" } } });
        object Item(string slug) => new { siteId = site, type = $"note-{Mark}", locale = "en", slug = $"{slug}-{Mark}", fields = new { title = $"{Mark} {slug}" } };
        await DoAsync("CreateItem", Item("bulk"));
        await DoAsync("BulkItems", new { commands = new[] { new { verb = "publish", id = _ids["/api/content"] } } });
        await DoAsync("CreateItem", Item("first"));
        var item = _ids["/api/content"];
        await DoAsync("TakeEditLease");
        await DoAsync("ReleaseEditLease");
        await DoAsync("EditItem", new { fields = new { title = $"{Mark} edited" } });
        _ids["{locale}"] = "de";
        await DoAsync("TranslateItem", new { slug = $"erste-{Mark}", fields = new { title = $"{Mark} Titel" } });
        await DoAsync("RemoveLocale");
        await DoAsync("PublishItem");
        await DoAsync("UnpublishItem");
        await DoAsync("RevertItem", new { version = 1 });
        await DoAsync("ChangeSlug", new { slug = $"other-{Mark}" });
        await DoAsync("PlaceItem", new { siteId = further });
        await DoAsync("UnplaceItem", new { siteId = further });
        await DoAsync("ScheduleItem", new { publishAt = DateTimeOffset.UtcNow.AddDays(30) });
        await DoAsync("CancelSchedule");
        await DoAsync("ArchiveItem");
        await DoAsync("RestoreItem");
        await DoAsync("PublishItem");
        await DoAsync("LabelItem", new { tags = new[] { "news" }, regions = new[] { "AT-9" } });
        await DoAsync("ShareItem");
        _ids["/api/sites"] = further;
        await DoAsync("SetSiteGate", new { rules = new[] { new { name = $"{Mark} news", effect = "include", when = new { tags = new[] { "news" } } } } });
        var ours = (await SendAsync("OverrideItem", new { siteId = further }, Admin)).ShouldBe(200).Receipt.StreamId;
        await DoAsync("EditItem", new { fields = new { title = $"{Mark} newer" } });
        await DoAsync("PublishItem");
        _ids["/api/content"] = $"{ours}";
        await DoAsync("MergeUpstream");
        _ids["/api/content"] = item;
        await DoAsync("UnshareItem");
        await DoAsync("ResetSiteGate");
        _ids["/api/sites"] = site;
        await DoAsync("CreateRelease", new { name = $"{Mark} release" });
        await DoAsync("ChangeRelease", new { name = $"{Mark} renamed", items = new[] { new { itemId = item, action = "unpublish" } } });
        await DoAsync("PublishRelease");
        await DoAsync("UndoRelease");
    }

    private async Task SitesAsync()
    {
        var site = _ids["/api/sites"];
        await DoAsync("ChangeSite", new { name = $"{Mark} changed", domain = $"{Mark}.example.org" });
        await DoAsync("AddSiteDomain", new { domain = $"more-{Mark}.example.org" });
        await DoAsync("RemoveSiteDomain", new { domain = $"more-{Mark}.example.org" });
        _names.Texts[DomainProof.RecordOf($"{Mark}.example.org")] = [DomainProof.ValueOf(Tenant, $"{Mark}.example.org")];
        await DoAsync("VerifySiteDomain", new { domain = $"{Mark}.example.org" });
        await DoAsync("LaunchSite");
        await DoAsync("PauseSite", new { reason = $"{Mark} maintenance" });
        await DoAsync("ResumeSite");
        await DoAsync("ArchiveSite", new { reason = $"{Mark} merged" });
        await DoAsync("RestoreSite");
        await DoAsync("SetUpSite", new { name = $"{Mark} set up", domain = $"set-up-{Mark}.example.org", values = new Dictionary<string, object> { ["seo.index"] = false } });
        foreach (var (level, key) in new[] { ("Tenant", "seo.index"), ("Site", "content.page-size"), ("Platform", "analytics.sample-rate") })
        {
            var sent = level == "Platform" ? _operator : null;
            var values = new Dictionary<string, object> { [key] = key switch { "seo.index" => false, "content.page-size" => 7, _ => 0.5 } };
            await DoAsync($"Set{level}Configuration", new { values }, sent);
            await DoAsync($"Lock{level}Configuration", new { keys = new[] { key } }, sent);
            await DoAsync($"Unlock{level}Configuration", new { keys = new[] { key } }, sent);
            await DoAsync($"Reset{level}Configuration", new { keys = new[] { key } }, sent);
            await DoAsync($"RollBack{level}Configuration", new { version = 1 }, sent);
            await DoAsync($"Reset{level}Configuration", new { keys = new[] { key } }, sent);
        }
        await DoAsync("DeclareConfigurationKey", new { key = "shop.greeting", type = "text", rules = new { }, @default = "Hello", description = $"{Mark} greeting" });
        var change = new { sites = new[] { site }, values = new { timezone = "Europe/Vienna" } };
        var preview = await AcceptedAsync("/api/config/changes/preview", change);
        await DoAsync("ApplyConfigurationChange", new { change.sites, change.values, token = preview.GetProperty("token").GetString() });
    }

    private async Task PeopleAsync()
    {
        await DoAsync("DefineRole", new { name = $"role-{Mark}", permissions = new[] { "content.read" } });
        _ids["/api/roles"] = $"role-{Mark}";
        await DoAsync("ChangeRole", new { permissions = new[] { "content.read", "sites.read" } });
        await DoAsync("RegisterUser", new { name = $"{Mark} Ann", email = $"{Mark}@example.org" });
        await DoAsync("LinkUser", new { subject = $"ann-{Mark}" });
        await DoAsync("SuspendUser");
        await DoAsync("ResumeUser");
        var user = _ids["/api/users"];
        await GroupsAsync(user);
        await DoAsync("GiveGrant", new { userId = user, role = "admin" });
        await DoAsync("RefuseGrant", sent: _second);
        await DoAsync("GiveGrant", new { userId = user, role = "admin" });
        await DoAsync("ApproveGrant", sent: _second);
        await DoAsync("RevokeGrant");
        await DoAsync("DenyPermission", new { userId = user, permission = "content.edit" });
        await DoAsync("LiftDenial");
        await DoAsync("RegisterClient", new { name = $"{Mark} client", scopes = new[] { "content.read" }, grants = new[] { new { role = "editor" } } });
        await DoAsync("RotateClientKey");
        await DoAsync("RevokeClient");
        await DoAsync("RetireRole");
        await DoAsync("DefineRole", new { name = $"later-{Mark}", permissions = new[] { "content.read" } });
        _ids["/api/roles"] = $"later-{Mark}";
        await DoAsync("GrantAnalystAccess", new { purpose = $"{Mark} report" });
        await DoAsync("RevokeAnalystAccess", new { reason = $"{Mark} done" });
        await VisitAsync();
    }

    private async Task SignInAsync()
    {
        _provider!.Subject = $"{Mark}-ann";
        object Provider(int minutes) => new { issuer = _provider.Issuer, clientId = "platform", admits = "everyone", sessionMinutes = minutes };
        await DoAsync("ConfigureSignInProvider", new { name = $"id-{Mark}", issuer = _provider.Issuer, clientId = "platform" });
        _ids["/api/sign-in-providers"] = $"id-{Mark}";
        await DoAsync("ChangeSignInProvider", Provider(60));
        using var browser = new Browser(App.Url);
        await Until.HoldsAsync(async () => (await browser.AskAsync($"/api/sign-in/{Tenant}")).Status == 302);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        _signedIn = browser.Http;
        _signedIn.DefaultRequestHeaders.Add("Origin", App.Url.GetLeftPart(UriPartial.Authority));
        await DoAsync("SignOut", sent: _signedIn);
        (await browser.SignInAsync(Tenant, "")).ShouldBe(302);
        await Until.HoldsAsync(async () => await OpenAsync() is not null);
        _ids["/api/sessions"] = (await OpenAsync())!;
        await DoAsync("EndSession");
        await DoAsync("RemoveSignInProvider");
        await DoAsync("ConfigureSignInProvider", new { name = $"of-{Mark}", issuer = _provider.Issuer, clientId = "platform" });
        _ids["/api/sign-in-providers"] = $"of-{Mark}";

        async Task<string?> OpenAsync() => (await Admin.AskAsync("/api/sessions")).ShouldBe(200).Items.Where(s => !s.TryGetProperty("endedAt", out _)).Select(s => s.GetProperty("id").GetString()).SingleOrDefault();
    }

    private async Task PrivacyAsync()
    {
        await DoAsync("SetPrivacyPolicy", new { fourEyes = true, deadlineDays = 7, retention = new[] { new { name = $"{Mark} leads", days = 3650, since = "last-event" } } });
        object Purpose(string basis) => new { name = $"{basis}-{Mark}", legalBasis = basis, description = $"{Mark} for the tests.", categories = new[] { "contact" } };
        await DoAsync("DefinePurpose", Purpose("legitimate-interests"));
        await DoAsync("DefinePurpose", Purpose("consent"));
        await DoAsync("ChangePurpose", new { legalBasis = "consent", description = $"{Mark} again.", categories = new[] { "contact", "identity" } });
        await DoAsync("RegisterDataSubject", new { name = $"{Mark} Eve", email = $"eve-{Mark}@example.org" });
        await DoAsync("EraseDataSubject", new { reason = $"{Mark} she asked" });
        await DoAsync("RefuseErasure", new { reason = $"{Mark} she owes" }, _second);
        await DoAsync("EraseDataSubject", new { reason = $"{Mark} she asked" });
        await DoAsync("ApproveErasure", sent: _second);
        await DoAsync("RegisterDataSubject", new { name = $"{Mark} Ada", email = $"ada-{Mark}@example.org" });
        await DoAsync("RectifyDataSubject", new { name = $"{Mark} Ada L.", email = $"ada-{Mark}@example.org" });
        await DoAsync("GiveConsent", new { purpose = $"consent-{Mark}", purposeVersion = 2, evidence = $"{Mark} ticked" });
        await DoAsync("WithdrawConsent", new { purpose = $"consent-{Mark}" });
        await DoAsync("RestrictDataSubject", new { reason = $"{Mark} wrong" });
        await DoAsync("LiftRestriction", new { reason = $"{Mark} right" });
        await DoAsync("ObjectToPurpose", new { purpose = $"legitimate-interests-{Mark}", grounds = $"{Mark} shy" });
        await DoAsync("OverrideObjection", new { purpose = $"legitimate-interests-{Mark}", grounds = $"{Mark} a court asks" });
        await DoAsync("WithdrawObjection", new { purpose = $"legitimate-interests-{Mark}" });
        await DoAsync("ProvideSubjectData", new { format = "json" });
        _ids["/api/privacy/keys"] = "subjects";
        await DoAsync("RotateKeyEncryption", sent: _operator);
    }

    private async Task AuditAsync()
    {
        var signer = new SigningPerson(Admin, Tenant, "test-admin");
        await DoAsync("RegisterSigningKey", signer.Registration);
        await DoAsync("RevokeSigningKey", new { reason = $"{Mark} lost" });
        signer = new SigningPerson(Admin, Tenant, "test-admin");
        await DoAsync("RegisterSigningKey", signer.Registration);
        var body = await signer.SignatureAsync(Guid.Parse(_ids["/api/content"]), meaning: $"{Mark} fine");
        await DoAsync("GiveSignature", new { keyId = _ids["/api/audit/keys"], kind = "approval", streamId = _ids["/api/content"], version = 1, meaning = $"{Mark} fine", signature = JsonSerializer.SerializeToElement(body).GetProperty("signature").GetString() });
        await DoAsync("WithdrawSigningKey", new { reason = $"{Mark} left" });
        await DoAsync("ChangeLedgerSettings", new { publicVerification = true });
        await DoAsync("ChangeLedgerSettings", new { publicVerification = false });
        _ids["/api/ledger/keys"] = "log";
        await DoAsync("RotateLedgerKey", sent: _operator);
    }

    private async Task WebhooksAsync()
    {
        _receiver!.Answer = (_, _, _) => 500;
        object Hook(string note) => new { url = _receiver.Url, events = new[] { "sites.site-*" }, description = $"{Mark} {note}" };
        await DoAsync("CreateWebhook", Hook("to go"));
        await DoAsync("DisableWebhook", new { reason = $"{Mark} pause" });
        await DoAsync("EnableWebhook");
        await DoAsync("RemoveWebhook");
        await DoAsync("CreateWebhook", Hook("first"));
        await DoAsync("ChangeWebhook", Hook("changed"));
        await DoAsync("RotateWebhookSecret");
        await DoAsync("TestWebhook");
        var deliveries = $"/api/webhooks/{_ids["/api/webhooks"]}/deliveries";
        foreach (var name in new[] { "again", "once more" })
            await DoAsync("ChangeSite", new { name = $"{Mark} {name}", domain = $"{Mark}.example.org" });
        var dead = await DeadAsync(deliveries, 3);
        _ids["{deliveryId}"] = dead[0];
        await DoAsync("DropDelivery", new { reason = $"{Mark} known" });
        _ids["{deliveryId}"] = dead[1];
        await DoAsync("ReplayDelivery");
        await DoAsync("ReplayDeadDeliveries");
    }

    private async Task OperationsAsync()
    {
        await DoAsync("ProvisionTenant", new { name = "Third" }, _operator);
        await DoAsync("RenameTenant", new { name = "Third renamed" }, _operator);
        await DoAsync("ChangeQuotas", new { sites = new { hard = 100 } }, _operator);
        await DoAsync("SuspendTenant", new { reason = "Unpaid" }, _operator);
        await DoAsync("ResumeTenant", sent: _operator);
        await DoAsync("CloseTenant", new { reason = "It ends" }, _operator);
        await DoAsync("ProbeIsolation", sent: _operator);

        _ids["/api/projections"] = "site_details";
        await DoAsync("PauseProjection", new { reason = "To look" }, _operator);
        await DoAsync("ResumeProjection", sent: _operator);
        await DoAsync("RebuildProjections", new { projections = new[] { "due_items" } }, _operator);
        await DoAsync("RebuildProjection", new { reason = "To be sure" }, _operator);
        await Until.HoldsAsync(async () => await ReadAsync("/api/projections/site_details/rebuilds", r => r.GetProperty("state").GetString()) is ["finished", ..]);
        var generations = (await Operator.AskAsync("/api/projections/site_details")).Json.GetProperty("generations");
        _ids["{generation}"] = generations.EnumerateArray().First(g => g.GetProperty("state").GetString() == "retired").GetProperty("generation").ToString();
        await DoAsync("DropGeneration", sent: _operator);
        await CancelAsync();

        var sequence = await Poison.AppendAsync(Owner, Tenant, (await Admin.PostAsync("/api/sites", new { name = $"{Mark} poisoned", domain = $"{Mark}.example.com" })).ShouldBe(201).Receipt.StreamId);
        _ids["{sequence}"] = $"{sequence}";
        await Until.HoldsAsync(async () => await ReadAsync("/api/projections/parked", p => p.GetProperty("projection").GetString()) is { Count: 2 });
        await DoAsync("RetryParkedEvent", new { reason = "Perhaps" }, _operator);
        await Until.HoldsAsync(async () => await ReadAsync("/api/projections/site_details/rebuilds", r => r.GetProperty("state").GetString()) is ["finished", ..]);
        await DoAsync("SkipParkedEvent", new { reason = "A writer's mistake" }, _operator);
    }

    // What is over can't be stopped: whoever is too late tries again.
    private async Task CancelAsync()
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var asked = (await Operator.PostAsync("/api/projections/audit_trail/rebuild")).ShouldBe(200);
            (_ids["/api/projections"], _ids["{id}"]) = ("audit_trail", asked.Header("Location")!.Split('/')[^1]);
            if (await SendAsync("CancelRebuild", null, Operator) is { Receipt.Events.Count: > 0 })
                break;
            await Until.HoldsAsync(async () => await ReadAsync("/api/projections/audit_trail/rebuilds", r => r.GetProperty("state").GetString()) is ["finished", ..]);
        }
        _ids.Remove("{id}");
        _ids["/api/projections"] = "site_details";
    }

    private async Task<IReadOnlyList<string>> DeadAsync(string deliveries, int count)
    {
        IReadOnlyList<string> dead = [];
        await Until.HoldsAsync(async () => (dead = [.. (await Admin.AskAsync($"{deliveries}?state=dead")).ShouldBe(200).Items.Select(d => d.GetProperty("id").GetString()!)]).Count >= count);
        return dead;
    }

    private async Task<IReadOnlyList<string?>> ReadAsync(string list, Func<JsonElement, string?> read) => [.. (await Operator.AskAsync(list)).ShouldBe(200).Items.Select(read)];

    private async Task<JsonElement> AcceptedAsync(string path, object body) => (await Admin.PostAsync(path, body)).ShouldBe(200).Json;

    private async Task DoAsync(string id, object? body = null, HttpClient? sent = null)
    {
        var answer = await SendAsync(id, body, sent ?? Admin);
        new[] { 200, 201 }.ShouldContain(answer.Status, $"{id}: {answer.Text}");
        if (answer.Status == 201 && answer.Json.TryGetProperty("streamId", out var stream))
            _ids[Find(id).Path] = stream.GetString()!;
        if (answer.Json.TryGetProperty("events", out var events) && events.GetArrayLength() > 0 && sent != _operator)
            _ids["/api/ledger/events"] = events[0].GetProperty("id").GetString()!;
    }

    private async Task<Answer> SendAsync(string id, object? body, HttpClient sent)
    {
        var operation = Find(id);
        var correlation = $"write-{id}-{_written.Count}";
        var answer = await sent.SendAsync(new HttpMethod(operation.Method), UrlOf(operation) ?? throw new InvalidOperationException($"{id} needs an id."), body, ("X-Correlation-Id", correlation));
        if (answer.Status < 300)
            _written.Add(new Written(operation, sent == _operator ? "test-operator" : sent == _visitor ? "visitors" : sent == _second ? "second-admin" : sent == _signedIn ? $"oidc:id-{Mark}|{Mark}-ann" : "test-admin", sent == _operator ? EventStore.DocumentStore.PlatformTenant : Tenant, correlation, body));
        return answer;
    }

    private Operation Find(string id) => _operations.Single(operation => operation.Id == id);
}
