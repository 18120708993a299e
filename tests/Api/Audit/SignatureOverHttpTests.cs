using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Platform.Api.Tests.Audit;

public sealed class SignatureOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task An_event_is_signed_once_and_the_signature_verifies()
    {
        var item = await Admin.ArticleAsync();
        var ann = await Person("editor").RegisteredAsync();
        var body = await ann.SignatureAsync(item);
        var receipt = (await ann.Client.PostAsync("/api/audit/signatures", body)).ShouldBe(201).Receipt;
        var again = (await ann.Client.PostAsync("/api/audit/signatures", body)).ShouldBe(201).Receipt;
        (again.StreamId, again.Version, again.Events.Count).ShouldBe((receipt.StreamId, receipt.Version, 0));

        var listed = (await Admin.AskAsync($"/api/audit/signatures?object={item}&signer=test-editor&after={receipt.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (await Admin.AskAsync($"/api/audit/signatures/{receipt.StreamId}")).ShouldBe(200).Json.GetRawText().ShouldBe(listed.GetRawText());
        var hash = (await App.Store.QuerySession(Tenant).Events.FetchReceiptAsync(item, 1, 1))[0].Hash;
        listed.GetProperty("statement").GetString().ShouldBe($"platform/signature/l1\ntenant {Tenant}\nkind approval\nstream {item}\nversion 1\nhash {hash}\nmeaning Ready to print\n");
        (listed.GetProperty("signer").GetString(), listed.GetProperty("eventHash").GetString()).ShouldBe(("test-editor", hash));

        var report = (await Admin.AskAsync($"/api/audit/signatures/{receipt.StreamId}/verify")).ShouldBe(200).Json;
        report.GetProperty("valid").GetBoolean().ShouldBeTrue(report.GetRawText());
        report.TryGetProperty("revokedSince", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_is_revoked_signs_no_more_and_what_it_signed_stays_signed()
    {
        var (ann, item, signature) = await SignedAsync();
        var next = await ann.SignatureAsync(item, kind: "version");
        (await ann.Client.PostAsync($"/api/audit/keys/{ann.KeyId}/revoke", """{"reason":"Lost"}""")).ShouldBe(200);
        await RefusedAsync(() => ann.Client.PostAsync("/api/audit/signatures", next), 409, "conflict", "keyId");

        var report = (await Admin.AskAsync($"/api/audit/signatures/{signature}/verify")).ShouldBe(200).Json;
        report.GetProperty("valid").GetBoolean().ShouldBeTrue(report.GetRawText());
        report.GetProperty("revokedSince").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        report.GetProperty("key").GetProperty("detail").GetString().ShouldBe("The key was in use when it signed; it was revoked since.");
        // Nothing in the ledger says that this one was made before.
        (await Admin.PostAsync("/api/audit/signatures/verify", next)).ShouldBe(200).Json.GetProperty("key").GetProperty("holds").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Of_a_revocation_and_signatures_at_once_none_is_recorded_after_it()
    {
        var item = await Admin.ArticleAsync();
        var ann = await Person("editor").RegisteredAsync();
        var bodies = new List<object>();
        for (var n = 0; n < 12; n++)
            bodies.Add(await ann.SignatureAsync(item, meaning: $"Meaning {n}"));
        var signing = bodies.Select(body => ann.Client.PostAsync("/api/audit/signatures", body)).ToList();
        var revoked = (await ann.Client.PostAsync($"/api/audit/keys/{ann.KeyId}/revoke", """{"reason":"Lost"}""")).ShouldBe(200).Receipt;
        foreach (var answer in await Task.WhenAll(signing))
        {
            new[] { 201, 409 }.ShouldContain(answer.Status, answer.Text);
            if (answer.Status == 201)
                (await Admin.AskAsync($"/api/audit/signatures/{answer.Receipt.StreamId}/verify")).ShouldBe(200).Json.GetProperty("valid").GetBoolean().ShouldBeTrue();
        }
        revoked.Events.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_event_that_was_changed_since_is_told()
    {
        var (_, item, signature) = await SignedAsync();
        await CoveredAsync(item);
        await using (var connection = await Owner.OpenConnectionAsync())
        await using (var forge = new NpgsqlCommand($"""
            set session_replication_role = replica;
            update {"ledger"}.event set hash = sha256('forged') where seq_id = (select seq_id from public.mt_events where stream_id = '{item}' and version = 1);
            reset session_replication_role
            """, connection))
            await forge.ExecuteNonQueryAsync();
        var report = (await Admin.AskAsync($"/api/audit/signatures/{signature}/verify")).ShouldBe(200).Json;
        report.GetProperty("valid").GetBoolean().ShouldBeFalse();
        (Holds(report, "event"), Holds(report, "statement"), Holds(report, "signature"), Holds(report, "key")).ShouldBe((false, false, true, true), report.GetRawText());
    }

    [Fact]
    public async Task A_signature_that_is_not_recorded_is_verified_field_by_field()
    {
        var item = await Admin.ArticleAsync();
        var ann = await Person("admin").RegisteredAsync();
        var body = JsonSerializer.SerializeToNode(await ann.SignatureAsync(item))!.AsObject();
        var before = await CountEventsAsync();
        (await VerifyAsync(body)).ShouldBe((true, true, true, true));

        var foreign = new SigningPerson(Admin, Tenant, "test-admin");
        (await VerifyAsync(With(body, "keyId", null, "publicKey", ann.Key))).ShouldBe((true, true, true, true));
        (await VerifyAsync(With(body, "keyId", null, "publicKey", foreign.Key))).ShouldBe((true, true, false, false));
        (await VerifyAsync(With(body, "meaning", "Not ready"))).ShouldBe((true, true, false, true));
        (await VerifyAsync(With(body, "version", 9))).ShouldBe((false, false, false, true));
        (await VerifyAsync(With(body, "keyId", $"{Guid.CreateVersion7()}"))).ShouldBe((true, true, false, false));
        (await CountEventsAsync()).ShouldBe(before);
        await RefusedAsync(() => Admin.PostAsync("/api/audit/signatures/verify", With(body, "publicKey", foreign.Key).ToJsonString()), 422, "invalid", "publicKey");
        await RefusedAsync(() => Admin.PostAsync("/api/audit/signatures/verify", With(body, "keyId", null).ToJsonString()), 422, "invalid", "keyId");
        await RefusedAsync(() => Admin.PostAsync("/api/audit/signatures/verify", With(body, "signature", null).ToJsonString()), 422, "invalid", "signature");
        (await Stranger().PostAsync("/api/audit/signatures/verify", body.ToJsonString())).ShouldBe(200).Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Bad_input_is_named_and_tenants_hold()
    {
        var (ann, item, signature) = await SignedAsync();
        var body = JsonSerializer.SerializeToNode(await ann.SignatureAsync(item, kind: "version"))!.AsObject();
        foreach (var (member, value) in new (string, JsonNode?)[]
                 {
                     ("keyId", null), ("keyId", $"{item}"), ("kind", "whim"), ("streamId", null), ("version", 0), ("meaning", ""), ("meaning", "two\nlines"), ("signature", null), ("signature", "AAAA"), ("meaning", "Another"),
                 })
            await RefusedAsync(() => ann.Client.PostAsync("/api/audit/signatures", With(body, member, value).ToJsonString()), 422, "invalid", (member, value?.ToString()) is ("meaning", "Another") ? "signature" : member);
        await RefusedAsync(() => ann.Client.PostAsync("/api/audit/signatures", With(body, "version", 2).ToJsonString()), 404, "not-found");
        await RefusedAsync(() => As("auditor").PostAsync("/api/audit/signatures", body.ToJsonString()), 422, "invalid", "keyId");
        await RefusedAsync(() => As("analyst").PostAsync("/api/audit/signatures", body.ToJsonString()), 403, "forbidden");

        var stranger = Stranger();
        (await stranger.PostAsync("/api/audit/signatures", body.ToJsonString())).ShouldBeProblem(422, "invalid", "keyId");
        (await stranger.AskAsync($"/api/audit/signatures/{signature}")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/audit/signatures/{signature}/verify")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/audit/signatures/statement?streamId={item}&version=1&kind=version&meaning=Mine")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/audit/signatures?object={item}")).ShouldBe(200).Items.ShouldBeEmpty();
        (await Admin.AskAsync($"/api/audit/signatures/{item}/verify")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("version=1&kind=version&meaning=x", "streamId")]
    [InlineData("streamId=abc&version=1&kind=version&meaning=x", "streamId")]
    [InlineData("streamId=0198c5a0-0000-7000-8000-000000000001&kind=version&meaning=x", "version")]
    [InlineData("streamId=0198c5a0-0000-7000-8000-000000000001&version=1&meaning=x", "kind")]
    [InlineData("streamId=0198c5a0-0000-7000-8000-000000000001&version=1&kind=version", "meaning")]
    public async Task A_statement_needs_all_that_it_states(string query, string field) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/audit/signatures/statement?{query}"), 422, "invalid", field);

    private async Task<(SigningPerson Person, Guid Item, Guid Signature)> SignedAsync()
    {
        var item = await Admin.ArticleAsync();
        var ann = await Person("editor").RegisteredAsync();
        return (ann, item, (await ann.Client.PostAsync("/api/audit/signatures", await ann.SignatureAsync(item))).ShouldBe(201).Receipt.StreamId);
    }

    private async Task<(bool Event, bool Statement, bool Signature, bool Key)> VerifyAsync(JsonObject body)
    {
        var report = (await Admin.PostAsync("/api/audit/signatures/verify", body.ToJsonString())).ShouldBe(200).Json;
        var found = (Holds(report, "event"), Holds(report, "statement"), Holds(report, "signature"), Holds(report, "key"));
        report.GetProperty("valid").GetBoolean().ShouldBe(found is (true, true, true, true));
        return found;
    }

    private static JsonObject With(JsonObject body, string member, JsonNode? value, string? another = null, JsonNode? itsValue = null)
    {
        var changed = body.DeepClone().AsObject();
        changed[member] = value;
        if (another is not null)
            changed[another] = itsValue;
        return changed;
    }

    private static bool Holds(JsonElement report, string check) => report.GetProperty(check).GetProperty("holds").GetBoolean();

    private SigningPerson Person(string role) => new(As(role), Tenant, $"test-{role}");
}
