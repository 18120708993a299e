using System.Text.Json;
using Microsoft.OpenApi;

namespace Platform.Api.Tests.Http;

/// <summary>The description says all that a caller needs, of every operation.</summary>
public sealed class OpenApiDocumentTests(SharedApp shared) : OverHttp(shared)
{
    // In the formats of their own specifications.
    private static readonly Dictionary<string, string> _served = new()
    {
        ["GetCheckpoint"] = "text/plain",
        ["GetProof"] = "text/plain",
        ["GetTile"] = "application/octet-stream",
        ["GetPublicCheckpoint"] = "text/plain",
        ["GetPublicProof"] = "text/plain",
        ["GetPublicTile"] = "application/octet-stream",
        ["ExportLedger"] = "application/x-tar",
        ["SignIn"] = "text/html",
        ["DrawBehaviour"] = "image/svg+xml",
        ["DrawPerformance"] = "image/svg+xml",
    };

    [Fact]
    public async Task The_document_is_valid_open_api()
    {
        var text = (await Nobody().AskAsync("/swagger/v1/swagger.json")).ShouldBe(200).Text;
        var (document, diagnostic) = OpenApiDocument.Parse(text, "json");
        diagnostic!.Errors.Select(e => $"{e.Pointer}: {e.Message}").ShouldBeEmpty();
        diagnostic.Warnings.Select(e => $"{e.Pointer}: {e.Message}").ShouldBeEmpty();
        document!.Paths.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task It_is_shown_to_people_too() => (await Nobody().AskAsync("/swagger/index.html")).ShouldBe(200).Text.ShouldContain("Platform API");

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_a_summary_a_description_and_a_tag()
    {
        var operations = await Operation.AllAsync(Nobody());
        operations.Select(o => o.Id).ShouldBeUnique();
        foreach (var operation in operations)
        {
            operation.Id.ShouldMatch("^[A-Z][A-Za-z]+$");
            operation.Text("summary").ShouldNotBeNullOrWhiteSpace(operation.Id);
            operation.Text("description").ShouldNotBeNullOrWhiteSpace(operation.Id);
            operation.Json.GetProperty("tags").GetArrayLength().ShouldBe(1, operation.Id);
        }
    }

    [Fact]
    public async Task Every_route_of_the_api_is_described()
    {
        var described = (await Operation.AllAsync(Nobody())).Select(o => $"{o.Method} {o.Path}");
        Operation.Endpoints(App).Select(e => $"{e.Method} {e.Path}").ShouldBe(described, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_answer_is_described_with_its_schema_and_errors_are_problems()
    {
        foreach (var operation in await Operation.AllAsync(Nobody()))
        {
            operation.Statuses.ShouldContain(status => status[0] == '2' || status == "302", operation.Id);
            operation.Statuses.ShouldContain("503", operation.Id);
            foreach (var status in operation.Statuses)
            {
                var response = operation.Json.GetProperty("responses").GetProperty(status);
                response.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace($"{operation.Id} {status}");
                if (status is "302" or "304" || status == "200" && operation.Id == "LogOutByProvider")
                    continue;
                if (status == "200" && _served.TryGetValue(operation.Id.Replace("OfShard", ""), out var type))
                {
                    response.GetProperty("content").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(type, operation.Id);
                    continue;
                }
                if (operation.Id is "ExportAudit" or "ExportAnalystTable" && status == "200")
                {
                    response.GetProperty("content").EnumerateObject().Select(c => c.Name).ShouldBe(["text/csv", "application/jsonl"]);
                    continue;
                }
                if (operation.Id == "QueryBehaviour" && status == "200")
                {
                    response.GetProperty("content").EnumerateObject().Select(c => c.Name).ShouldBe(["application/json", "text/csv"]);
                    continue;
                }
                if (operation.Id == "PreviewSummary" && status == "200")
                {
                    response.GetProperty("content").EnumerateObject().Select(c => c.Name).ShouldBe(["application/json", "text/csv", "text/plain", "text/html", "image/svg+xml"]);
                    continue;
                }
                // For programs and for people.
                if (operation.Id is "ExportSubjectData" or "GetProcessingRecord" && status == "200")
                {
                    response.GetProperty("content").EnumerateObject().Select(c => c.Name).ShouldBe(["application/json", "text/html"]);
                    continue;
                }
                var content = response.GetProperty("content").EnumerateObject().ShouldHaveSingleItem();
                // By OAuth's own rules (RFC 6749, section 5.2).
                if (operation.Id is "IssueToken" or "LogOutByProvider" && status is "400" or "401" && content.Value.GetProperty("schema").GetProperty("$ref").GetString() == "#/components/schemas/TokenError")
                    continue;
                content.Name.ShouldBe(status[0] == '2' ? "application/json" : "application/problem+json", $"{operation.Id} {status}");
                var schema = content.Value.GetProperty("schema").GetProperty("$ref").GetString()!;
                (schema == "#/components/schemas/ProblemBody").ShouldBe(status[0] != '2', $"{operation.Id} {status}");
            }
        }
    }

    [Fact]
    public async Task Every_operation_asks_for_a_token_and_says_what_happens_without_but_those_for_everybody()
    {
        var operations = await Operation.AllAsync(Nobody());
        operations.Where(o => o.IsPublic).ShouldAllBe(o => o.Path.StartsWith("/api/ledger/public/{tenant}/", StringComparison.Ordinal) || o.Path.StartsWith("/api/sign-in/", StringComparison.Ordinal) || o.Id == "IssueToken" || o.Id == "Track" || o.Id == "ShowVisitor" || o.Id == "EraseVisitor" || o.Id == "ShowOwnProfile" || o.Id == "SetOwnPreferences");
        foreach (var operation in operations.Where(o => !o.IsPublic))
        {
            operation.Json.GetProperty("security").EnumerateArray().Select(schemes => schemes.EnumerateObject().Single().Name).ShouldBe(["bearer", "key"], operation.Id);
            operation.Statuses.ShouldContain("401", operation.Id);
            operation.Statuses.ShouldContain("403", operation.Id);
            operation.Statuses.ShouldContain("429", operation.Id);
            if (operation.Permission is { } permission)
                operation.Text("description")!.ShouldContain($"`{permission}`");
        }
    }

    [Fact]
    public async Task Every_parameter_has_a_description_and_a_schema_and_those_in_paths_are_required()
    {
        foreach (var operation in await Operation.AllAsync(Nobody()))
        {
            foreach (var parameter in operation.Parameters)
            {
                parameter.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace($"{operation.Id} {parameter}");
                parameter.GetProperty("schema").TryGetProperty("type", out _).ShouldBeTrue($"{operation.Id} {parameter}");
                var inPath = parameter.GetProperty("in").GetString() == "path";
                (parameter.TryGetProperty("required", out var required) && required.GetBoolean()).ShouldBe(inPath, $"{operation.Id} {parameter}");
            }
            operation.ParameterNames("path").ShouldBe(operation.PlaceHolders, $"{operation.Id}");
            operation.Parameters.Select(p => p.GetProperty("name").GetString()).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task Commands_take_an_idempotency_key_a_correlation_id_and_a_version_unless_they_start_something()
    {
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => o.IsCommand && o.Id is not ("BulkItems" or "VerifySignature" or "FindDataSubjects" or "FindUsers" or "PreviewConfigurationChange" or "PreviewSiteSetUp" or "Track" or "ReplayTrack" or "ShowVisitor" or "EraseVisitor" or "ShowOwnProfile" or "SetOwnPreferences" or "PreviewRules" or "EvaluateExperiments" or "EvaluateFlag" or "EvaluateFlags")))
        {
            string[] expected = ["Idempotency-Key", "X-Correlation-Id", .. operation.Starts ? Array.Empty<string>() : ["If-Match"]];
            operation.ParameterNames("header").ShouldBe(expected, operation.Id);
            operation.Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("application/json");
            string[] statuses = operation.Starts
                ? ["201", "400", "401", "403", "409", "413", "415", "422", "429", "503"]
                : ["200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503"];
            // What is signed is another stream's event, and what is changed at once other streams' configuration.
            operation.Statuses.ShouldBe(operation.Id is "GiveSignature" or "ApplyConfigurationChange" ? [.. statuses.Append("404").Order(StringComparer.Ordinal)] : statuses, operation.Id);
            var accepted = operation.Json.GetProperty("responses").GetProperty(operation.Starts ? "201" : "200");
            accepted.GetProperty("headers").EnumerateObject().Select(h => h.Name).ShouldBe(
                operation.Starts || operation.Id is "RebuildProjection" or "RetryParkedEvent" or "SkipParkedEvent" ? ["ETag", "Location", "RateLimit-Policy", "RateLimit"] : ["ETag", "RateLimit-Policy", "RateLimit"], operation.Id);
        }
    }

    [Fact]
    public async Task Collections_are_paged_and_wait_and_resources_have_a_past()
    {
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => o.Method == "GET" && o.Permission is not null))
        {
            var names = operation.ParameterNames("query");
            if (operation.Id is "DeliverPage")
                operation.Statuses.ShouldContain("304");
            else if (operation.Statuses.Contains("304") || operation.Id is "GetDataSubject" or "GetUser" or "GetClient")
                // Those that name versions have their past in that.
                names.Intersect(["asOf", "version", "to"]).ShouldHaveSingleItem(operation.Id);
            else if (operation.Id is not ("ListProjections" or "ListSubscriptions" or "GetKeyEncryption" or "GetProjection" or "GetProjectionRebuild" or "GetRebuild" or "GetTypeMigration" or "ViewItem" or "ResolveSlug" or "GetEditLease" or "GetSigningStatement" or "VerifyRecordedSignature" or "ExportAudit" or "ExportAnalystTable"
                    or "ExportSubjectData" or "GetProcessingRecord" or "ExplainAccess" or "GetQuotas" or "GetTenantQuotas" or "ExplainSiteGate" or "QueryBehaviour" or "CountFunnel" or "FindRetention" or "FindPaths" or "FindOverlap" or "FindLiveVisitors" or "CountSegmentVisitors" or "CountSegmentHistory" or "GetVisitor" or "GetVisitorProfile" or "ExplainVisitorAttribute" or "GetSiteRules" or "GetRecommendations" or "GetExperimentResults" or "GetTracker" or "PreviewSummary" or "GetPerformance")
                && !operation.Path.StartsWith("/api/ledger/", StringComparison.Ordinal))
                new[] { "limit", "cursor" }.ShouldBeSubsetOf(names, operation.Id);
            operation.Json.GetProperty("responses").GetProperty("200").GetProperty("headers").TryGetProperty("X-Ledger-Index", out _).ShouldBeTrue(operation.Id);
        }
    }

    [Fact]
    public async Task Resources_say_that_they_answer_304_and_commands_which_need_a_body()
    {
        foreach (var operation in await Operation.AllAsync(Nobody()))
        {
            operation.ParameterNames("header").Contains("If-None-Match").ShouldBe(operation.Statuses.Contains("304"), operation.Id);
            if (operation.IsCommand)
                (operation.Json.GetProperty("requestBody").TryGetProperty("required", out var needed) && needed.GetBoolean())
                    .ShouldBe(operation.Id is not ("PublishItem" or "UnpublishItem" or "ArchiveItem" or "RestoreItem" or "LaunchSite" or "PauseSite" or "ResumeSite" or "ArchiveSite" or "RestoreSite" or "RemoveLocale" or "CancelSchedule" or "RotateLedgerKey" or "TakeEditLease" or "ReleaseEditLease" or "PublishRelease" or "UndoRelease"
                        or "EnableWebhook" or "RotateWebhookSecret" or "TestWebhook" or "RemoveWebhook" or "ReplayDelivery" or "ReplayDeadDeliveries" or "EraseDataSubject" or "ProvideSubjectData" or "ApproveErasure" or "RotateKeyEncryption"
                        or "ArchiveSegment" or "PublishRule" or "ApproveRule" or "WithdrawRule" or "ArchiveRule" or "StartExperiment" or "ResumeExperiment" or "ArchiveExperiment" or "ReviveFlag" or "ArchiveFlag" or "EraseVisitorByNumber" or "EndReport" or "MakeSummary" or "ResendSummary" or "RetireRole" or "SuspendUser" or "ResumeUser" or "RemoveUser" or "RemoveGroup" or "ApproveGrant" or "RefuseGrant" or "RevokeGrant" or "LiftDenial" or "RotateClientKey" or "RevokeClient" or "RemoveSignInProvider" or "EndSession" or "SignOut"
                        or "ShareItem" or "UnshareItem" or "MergeUpstream" or "ResetSiteGate" or "ResumeTenant" or "ProbeIsolation" or "ResumeProjection" or "DropGeneration" or "RebuildProjection" or "CancelRebuild"), operation.Id);
        }
    }

    [Fact]
    public async Task Every_schema_and_its_members_have_a_description_without_our_class_names()
    {
        var document = (await Nobody().AskAsync("/swagger/v1/swagger.json")).ShouldBe(200);
        var schemas = document.Json.GetProperty("components").GetProperty("schemas").EnumerateObject().ToList();
        schemas.Count.ShouldBeGreaterThan(15);
        foreach (var schema in schemas)
        {
            IsDescribed(schema.Value).ShouldBeTrue(schema.Name);
            if (schema.Value.TryGetProperty("properties", out var members))
                // OpenAPI 3.0 allows no description beside a reference; the schema referred to has one.
                members.EnumerateObject().Where(m => !IsDescribed(m.Value) && !m.Value.TryGetProperty("$ref", out _)).Select(m => m.Name).ShouldBeEmpty(schema.Name);
        }
        document.Text.ShouldNotMatch(@"Platform\.[A-Z]");
    }

    private static bool IsDescribed(JsonElement schema) => schema.TryGetProperty("description", out var text) && text.GetString() is { Length: > 0 };
}
