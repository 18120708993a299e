using System.Text.Json;

namespace Platform.Api.Tests.Audit;

public sealed class SigningKeyOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_key_has_its_holder_and_its_history()
    {
        var ann = await Person("editor").RegisteredAsync();
        (await ann.Client.PostAsync("/api/audit/keys", ann.Registration)).ShouldBe(201).Receipt.Events.ShouldBeEmpty();
        var key = (await Admin.AskAsync($"/api/audit/keys/{ann.KeyId}")).ShouldBe(200).Json;
        (key.GetProperty("subject").GetString(), key.GetProperty("name").GetString(), key.GetProperty("publicKey").GetString()).ShouldBe(("test-editor", "Laptop", ann.Key));

        var revoked = (await ann.Client.PostAsync($"/api/audit/keys/{ann.KeyId}/revoke", """{"reason":"Laptop was stolen"}""", ("If-Match", "\"1\""))).ShouldBe(200).Receipt;
        (await ann.Client.PostAsync($"/api/audit/keys/{ann.KeyId}/revoke", """{"reason":"Again"}""")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        var listed = (await Admin.AskAsync($"/api/audit/keys?subject=test-editor&after={revoked.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        listed.GetProperty("until").GetDateTimeOffset().ShouldBe(revoked.Timestamp);
        listed.GetProperty("from").GetDateTimeOffset().ShouldBeLessThan(revoked.Timestamp);
        (listed.GetProperty("revokedBy").GetString(), listed.GetProperty("reason").GetString()).ShouldBe(("test-editor", "Laptop was stolen"));
        (await Admin.AskAsync($"/api/audit/keys/{ann.KeyId}?asOf=1")).Json.TryGetProperty("until", out _).ShouldBeFalse();
        (await Admin.AskAsync("/api/audit/keys?subject=nobody")).ShouldBe(200).Items.ShouldBeEmpty();
        await RefusedAsync(() => ann.Client.PostAsync("/api/audit/keys", ann.Registration), 409, "conflict", "publicKey");
    }

    [Fact]
    public async Task Somebody_elses_key_is_revoked_by_nobody_but_who_may_withdraw_it()
    {
        var ann = await Person("editor").RegisteredAsync();
        await RefusedAsync(() => As("auditor").PostAsync($"/api/audit/keys/{ann.KeyId}/revoke", """{"reason":"Left"}"""), 409, "conflict");
        await RefusedAsync(() => As("editor").PostAsync($"/api/audit/keys/{ann.KeyId}/withdraw", """{"reason":"Left"}"""), 403, "forbidden");
        (await Admin.PostAsync($"/api/audit/keys/{ann.KeyId}/withdraw", """{"reason":"Left"}""")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("audit.signing-key-revoked");
        (await Admin.AskAsync($"/api/audit/keys/{ann.KeyId}")).Json.GetProperty("revokedBy").GetString().ShouldBe("test-admin");
    }

    [Fact]
    public async Task Nobody_registers_a_key_that_they_do_not_hold_or_another_does()
    {
        var ann = await Person("editor").RegisteredAsync();
        // Shown to another subject the same proof says nothing, and the right one is none's but the key's.
        await RefusedAsync(() => As("auditor").PostAsync("/api/audit/keys", ann.Registration), 422, "invalid", "proof");
        var taken = new SigningPerson(As("auditor"), Tenant, "test-editor");
        await RefusedAsync(() => As("auditor").PostAsync("/api/audit/keys", taken.Registration), 422, "invalid", "proof");
    }

    [Fact]
    public async Task Another_tenants_keys_are_not_there()
    {
        var ann = await Person("editor").RegisteredAsync();
        var stranger = Stranger();
        (await stranger.AskAsync($"/api/audit/keys/{ann.KeyId}")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/audit/keys?after={await SequenceAsync(ann.KeyId)}")).ShouldBe(200).Items.ShouldBeEmpty();
        foreach (var verb in new[] { "revoke", "withdraw" })
            await RefusedAsync(() => stranger.PostAsync($"/api/audit/keys/{ann.KeyId}/{verb}", """{"reason":"Mine"}"""), 404, "not-found");
    }

    [Theory]
    [InlineData("name", "null")]
    [InlineData("name", "\" \"")]
    [InlineData("algorithm", "\"RS256\"")]
    [InlineData("algorithm", "null")]
    [InlineData("publicKey", "\"AAAA\"")]
    [InlineData("publicKey", "\"not base64\"")]
    [InlineData("publicKey", "7")]
    [InlineData("proof", "\"AAAA\"")]
    [InlineData("proof", "null")]
    public async Task Bad_input_is_named(string member, string value)
    {
        var body = JsonSerializer.SerializeToNode(Person("admin").Registration)!;
        body[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        await RefusedAsync(() => Admin.PostAsync("/api/audit/keys", body.ToJsonString()), 422, "invalid", member);
    }

    private SigningPerson Person(string role) => new(As(role), Tenant, $"test-{role}");

    private async Task<long> SequenceAsync(Guid stream) => (await App.Store.QuerySession(Tenant).Events.FetchStreamAsync(stream))[^1].Sequence;
}
