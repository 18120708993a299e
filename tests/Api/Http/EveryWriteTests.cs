using System.Text.Json;
using Npgsql;
using Platform.Api.Sites;
using Platform.Domain.Identity;

namespace Platform.Api.Tests.Http;

/// <summary>Over the whole OpenAPI document, with a tenant that has one of everything: each write is in the ledger with who, why and how; and nothing of it is there for another tenant.</summary>
public sealed class EveryWriteTests(EveryWrite all) : IClassFixture<EveryWrite>
{
    // Questions whose body doesn't belong into a URL. They change nothing, so they leave no event.
    private static readonly Dictionary<string, string> _questions = new()
    {
        ["FindUsers"] = "Searches by a text about a person.",
        ["FindDataSubjects"] = "Searches by a text about a person.",
        ["ShowVisitor"] = "Says what is kept of whoever has a cookie.",
        ["VerifySignature"] = "Verifies a signature that somebody brings.",
        ["PreviewConfigurationChange"] = "Says what a change would do.",
        ["EvaluateFlag"] = "Says what a flag is for somebody.",
        ["PreviewRules"] = "Says what a visitor would be shown.",
        ["ShowOwnProfile"] = "Says what is made of what whoever has a cookie did.",
        ["EvaluateFlags"] = "Says what all flags are for somebody.",
        ["EvaluateExperiments"] = "Says which variants somebody gets.",
        ["PreviewSiteSetUp"] = "Says what a set-up would do.",
    };

    // Routes whose place holders name nothing that is a tenant's.
    private static readonly Dictionary<string, string> _common = new()
    {
        ["GetTile"] = "The log's hashes, the same for all tenants.",
        ["GetTileOfShard"] = "The log's hashes, the same for all tenants.",
        ["GetCheckpointOfShard"] = "The log's size and root, the same for all tenants.",
        ["GetProofOfShard"] = "Of the log as a whole, unless a query names an event: that is tried with the lists.",
        ["GetLedgerKeysOfShard"] = "The log's public keys, the same for all tenants.",
        ["GetPublicTile"] = "As GetTile, of a tenant that allows it: that is tried with the other public routes.",
        ["SignIn"] = "Open to whoever comes; says nothing of the tenant but where its provider is.",
        ["FinishSignIn"] = "Open to browsers that began a sign-in: what they bring is tried by the tests of sign-in.",
        ["LogOutByProvider"] = "Open to providers: what they signed is tried by the tests of sign-in.",
        ["EvaluateFlag"] = "Named by a key, of which each tenant has its own: tried by the tests of flags.",
        ["DeliverPage"] = "Named by a host, of which each has one tenant: tried by the tests of delivery.",
        ["ExportAnalystTable"] = "Named by the view, which all tenants have: its rows are tried with the lists.",
    };

    // What a tenant sees of itself needn't be anything that it wrote.
    private static readonly Dictionary<string, string> _unmarked = new()
    {
        ["GetMe"] = "Who one is.",
        ["GetVisitorRetention"] = "A number of days.",
        ["GetRulePolicy"] = "A yes or no.",
        ["GetPerformance"] = "Numbers.",
        ["DrawPerformance"] = "Numbers.",
        ["ExplainMyAccess"] = "Why one may.",
        ["GetCheckpoint"] = "The log's size and root.",
        ["GetProof"] = "Hashes.",
        ["GetLedgerKeys"] = "The log's public keys.",
        ["GetLedgerSettings"] = "A yes or no.",
        ["ListTenantFigures"] = "Figures of six tenants and more, for the platform's own people.",
        ["ListAnalystTables"] = "The views that all tenants have.",
        ["CountFunnel"] = "Numbers of visitors.",
        ["FindRetention"] = "Numbers of visitors.",
        ["FindOverlap"] = "Numbers of visitors.",
        ["FindLiveVisitors"] = "Numbers, of which none is of the last minutes.",
        ["GetTenantConfiguration"] = "Values, none of which bears the mark.",
        ["ListTenantConfigurationVersions"] = "Names of keys.",
        ["DiffTenantConfiguration"] = "Names of keys.",
        ["GetTenantBrand"] = "Tokens, none of which bears the mark.",
        ["GetQuotas"] = "Limits and numbers.",
        ["GetQuotaUsage"] = "Numbers.",
        ["GetSigningStatement"] = "Of an event that the query names.",
        ["ExportLedger"] = "A compressed bundle; what is in it is tried by its own tests.",
        ["ExplainAccess"] = "Names of roles and grants.",
        ["GetTracker"] = "The script, the same for all sites.",
    };

    private IEnumerable<Operation> Writes => all.Operations.Where(operation => operation.IsCommand && !_questions.ContainsKey(operation.Id));

    private static bool IsPlatforms(Operation operation) => operation.Permission is { } permission && BuiltInRoles.PlatformWide.Contains(permission);

    [Fact]
    public void Every_write_of_the_document_was_sent_and_accepted()
    {
        all.Operations.Where(o => o.IsCommand).Select(o => o.Id).ShouldBe(all.Written.Select(w => w.Operation.Id).Distinct().Concat(_questions.Keys), ignoreOrder: true);
        Writes.Count().ShouldBeGreaterThan(90);
    }

    [Fact]
    public async Task Every_write_is_an_event_with_who_why_and_how()
    {
        var silent = new List<string>();
        foreach (var written in all.Written.GroupBy(w => w.Operation.Id))
        {
            var told = false;
            foreach (var one in written)
                told |= await IsToldAsync(one);
            if (!told)
                silent.Add(written.Key);
        }
        silent.ShouldBeEmpty();
    }

    [Fact]
    public void A_route_with_ids_has_one_of_the_tenants_own_or_is_the_platforms_or_named_here() =>
        all.Operations.Where(o => o.PlaceHolders.Count > 0 && !IsPlatforms(o) && all.UrlOf(o) is null).Select(o => o.Id).ShouldBe(_common.Keys, ignoreOrder: true);

    [Fact]
    public async Task Its_own_admin_finds_each_resource()
    {
        foreach (var operation in Reads.Where(o => o.PlaceHolders.Count > 0 && !o.IsPublic && !IsPlatforms(o) && !_common.ContainsKey(o.Id)))
            (await all.Admin.AskAsync(all.UrlOf(operation) + Query(operation))).Status.ShouldBe(200, operation.Id);
    }

    [Fact]
    public async Task To_another_tenants_admin_no_resource_is_there_and_none_moves()
    {
        using var stranger = all.App.Client("admin", TenantEndpoints.NewId());
        var before = await EventsAsync();
        var bodies = all.Written.ToLookup(w => w.Operation.Id, w => w.Body);
        foreach (var operation in all.Operations.Where(o => o.PlaceHolders.Count > 0 && !_common.ContainsKey(o.Id)))
        {
            var url = all.UrlOf(operation) ?? operation.Url();
            foreach (var headers in operation.IsCommand ? new (string, string)[][] { [], [("If-Match", "\"1\"")], [("Idempotency-Key", "k")] } : [[]])
            {
                var answer = await stranger.SendAsync(new HttpMethod(operation.Method), url + Query(operation), operation.IsCommand ? bodies[operation.Id].FirstOrDefault() ?? "{}" : null, headers);
                answer.Status.ShouldBe(IsPlatforms(operation) ? 403 : 404, $"{operation.Id} {answer.Text}");
                answer.ShouldBeProblem(answer.Status, IsPlatforms(operation) ? "forbidden" : "not-found");
            }
        }
        (await EventsAsync()).ShouldBe(before, "a stranger's request appended events");
    }

    [Fact]
    public async Task Nothing_of_a_tenant_stands_in_what_another_is_answered()
    {
        using var stranger = all.App.Client("admin", TenantEndpoints.NewId());
        var blind = new List<string>();
        foreach (var operation in Reads.Where(o => !o.IsPublic && !IsPlatforms(o) && (o.PlaceHolders.Count == 0 || o.Id == "ExportAnalystTable")))
            foreach (var url in Urls(operation))
            {
                var own = await all.Admin.AskAsync(url);
                if (own.Status == 200 && Shows(own.Text, ""))
                    blind.Remove(operation.Id);
                else if (url == Urls(operation).First() && !_unmarked.ContainsKey(operation.Id) && operation.Id != "ExportAnalystTable")
                    blind.Add(operation.Id);
                Shows((await stranger.AskAsync(url)).Text, url).ShouldBeFalse($"{operation.Id} {url}");
            }
        // What doesn't show its own tenant's marks could not show them to another's either: the test would prove nothing.
        blind.ShouldBeEmpty();
        _unmarked.Keys.ShouldBeSubsetOf(all.Operations.Select(o => o.Id));
    }

    [Fact]
    public async Task What_another_tenant_writes_with_these_ids_never_moves_this_one()
    {
        using var stranger = all.App.Client("admin", TenantEndpoints.NewId());
        var before = await EventsAsync();
        foreach (var (id, body) in new (string, object)[]
        {
            ("FindUsers", new { name = $"{all.Mark} Ann" }), ("FindDataSubjects", new { name = $"{all.Mark} Ada L." }),
            ("PreviewConfigurationChange", new { sites = new[] { all.Ids["/api/sites"] }, values = new { timezone = "Europe/Rome" } }),
        })
        {
            var question = all.Operations.Single(o => o.Id == id);
            var answer = await stranger.PostAsync(question.Path, body);
            (answer.Status == 200 ? answer.Items.Count : 0).ShouldBe(0, id);
        }
        foreach (var written in all.Written.Where(w => w.Operation.PlaceHolders.Count == 0 && !IsPlatforms(w.Operation)))
        {
            var answer = await stranger.SendAsync(new HttpMethod(written.Operation.Method), written.Operation.Path, written.Body);
            answer.Status.ShouldBeLessThan(500, written.Operation.Id);
            if (JsonSerializer.Serialize(written.Body).Contains(all.Ids["/api/sites"], StringComparison.Ordinal))
                answer.Status.ShouldBeOneOf(400, 404, 409, 422, written.Operation.Id == "BulkItems" ? 200 : 404);
        }
        (await EventsAsync()).ShouldBe(before, "a stranger's request appended events");
    }

    [Fact]
    public async Task What_is_public_is_not_there_while_the_tenant_has_not_allowed_it()
    {
        using var nobody = new HttpClient { BaseAddress = all.App.Url };
        var open = all.Operations.Where(o => o.IsPublic && o.Method == "GET" && !o.Path.StartsWith("/api/sign-in/", StringComparison.Ordinal)).ToList();
        open.Count.ShouldBe(4);
        foreach (var operation in open)
            (await nobody.AskAsync(operation.Path.Replace("{tenant}", all.Tenant, StringComparison.Ordinal).Replace("{tile}", "0/000", StringComparison.Ordinal))).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public void Log_lines_of_requests_say_whose_they_are() => new[] { all.Tenant, EventStore.DocumentStore.PlatformTenant }.ShouldBeSubsetOf(all.LoggedTenants);

    private IEnumerable<Operation> Reads => all.Operations.Where(operation => operation.Method == "GET");

    // Without filters, then with each that may take an id or a text of the tenant's.
    private IEnumerable<string> Urls(Operation operation)
    {
        var paths = operation.Id == "ExportAnalystTable" ? new[] { "sites", "items", "audit", "users", "tenants", "data_subjects" }.Select(view => operation.Path.Replace("{name}", view, StringComparison.Ordinal)) : [operation.Path];
        foreach (var path in paths)
        {
            yield return path + Query(operation);
            foreach (var name in operation.ParameterNames("query"))
                if (Value(name) is { } value)
                    yield return $"{path}{(Query(operation) is ['?', .. var rest] ? $"?{rest}&" : "?")}{name}={Uri.EscapeDataString(value)}";
        }
    }

    private string? Value(string parameter) => parameter switch
    {
        "siteId" or "site" or "parentId" => all.Ids["/api/sites"],
        "user" or "userId" or "grantee" => all.Ids["/api/users"],
        "client" or "clientId" => all.Ids["/api/clients"],
        "stream" or "streamId" or "object" or "item" or "itemId" => all.Ids["/api/content"],
        "event" => all.Ids["/api/ledger/events"],
        "q" => all.Mark,
        "type" => $"note-{all.Mark}",
        "subject" => $"ann-{all.Mark}",
        _ => null,
    };

    private string Query(Operation operation) => operation.Id switch
    {
        "SearchContent" => $"?q={all.Mark}&locale=en",
        "ExplainAccess" => $"?permission=content.read&user={all.Ids["/api/users"]}",
        "ExplainMyAccess" => "?permission=content.read",
        "GetSigningStatement" => $"?streamId={all.Ids["/api/content"]}&version=1&kind=approval&meaning=x",
        "GetProof" => $"?event={all.Ids["/api/ledger/events"]}",
        "GetItemDiff" or "DiffSiteConfiguration" or "DiffTenantConfiguration" or "DiffPlatformConfiguration" => "?from=1&to=2",
        "ResolveSlug" => $"?slug=other-{all.Mark}&locale=en",
        "ViewItem" => "?locale=en",
        "ExplainVisitorAttribute" => $"?attribute=preferences.m_{all.Mark}",
        "QueryBehaviour" => "?metrics=page_views&dimensions=page",
        "DrawBehaviour" => "?type=bar&metrics=page_views&dimensions=page",
        "ExplainSiteGate" => $"?itemId={all.Ids["/api/content"]}",
        _ => "",
    };

    // Ids that are derived from names alone are the same in all tenants; what was asked with may come back in a refusal.
    private bool Shows(string text, string asked) =>
        all.Ids.Values.Where(id => Guid.TryParse(id, out var parsed) && parsed.Version == 7).Append(all.Mark).Any(own => text.Contains(own, StringComparison.Ordinal) && !asked.Contains(own, StringComparison.Ordinal));

    private async Task<bool> IsToldAsync(Written written)
    {
        await using var command = all.Owner.CreateCommand("""
            select count(*) from public.mt_events
            where tenant_id = $1 and correlation_id = $2 and causation_id <> '' and headers->>'user' = $3 and headers->>'trigger' in ('http', 'track', 'replay')
            """);
        foreach (var value in new[] { written.Tenant, written.Correlation, written.Subject })
            command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }

    // Without what comes by itself: denied attempts, deliveries, erasures under way.
    private async Task<long> EventsAsync()
    {
        await using var command = all.Owner.CreateCommand("select count(*) from public.mt_events where tenant_id = $1 and headers->>'trigger' in ('http', 'track', 'replay')");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = all.Tenant });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
