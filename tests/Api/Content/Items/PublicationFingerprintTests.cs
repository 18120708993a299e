using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Npgsql;
using Platform.Ledger;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Content;

public sealed class PublicationFingerprintTests(SharedApp shared) : OverHttp(shared)
{
    private const string Awkward = """{"title":"Grüße, \"Ada\" \\ 👍\n","rating":1.50,"extra":{"\uFB33":1e21,"\uD83D\uDE00":[0.000001,1E-7,-0],"b":null}}""";

    [Fact]
    public async Task It_is_recorded_with_the_event_and_computed_from_it()
    {
        var (item, _) = await PublishedAsync();
        var answer = (await Admin.AskAsync($"/api/content/{item}/fingerprint")).ShouldBe(200).Json;
        var published = (await Admin.AskAsync($"/api/content/{item}/history")).Items[^1];
        var recorded = published.GetProperty("data").GetProperty("fingerprint").GetString();
        answer.GetProperty("recorded").GetString().ShouldBe(recorded);
        answer.GetProperty("computed").GetString().ShouldBe(recorded);
        answer.GetProperty("matches").GetBoolean().ShouldBeTrue();
        answer.GetProperty("algorithm").GetString().ShouldBe("SHA3-256");
        (answer.GetProperty("version").GetInt64(), answer.GetProperty("publishedVersion").GetInt64()).ShouldBe((1, 2));
        answer.GetProperty("eventId").GetGuid().ShouldBe(published.GetProperty("id").GetGuid());
        answer.GetProperty("hash").GetString().ShouldBe(published.GetProperty("hash").GetString());
    }

    /// <summary>With the canonical JSON written out by hand.</summary>
    [Fact]
    public async Task It_is_of_exactly_this_text()
    {
        var (item, _) = await PublishedAsync();
        var canonical = Encoding.UTF8.GetBytes(
            "{\"fields\":{\"extra\":{\"b\":null,\"\uD83D\uDE00\":[0.000001,1e-7,0],\"\uFB33\":1e+21},\"rating\":1.5,\"title\":\"Grüße, \\\"Ada\\\" \\\\ 👍\\n\"},"
            + $"\"itemId\":\"{item}\",\"locale\":\"en\",\"slug\":\"first\",\"type\":\"article\",\"version\":1}}");
        var answer = (await Admin.AskAsync($"/api/content/{item}/fingerprint")).ShouldBe(200).Json;
        answer.GetProperty("bytes").GetInt32().ShouldBe(canonical.Length);
        answer.GetProperty("recorded").GetString().ShouldBe(Convert.ToHexStringLower(Sha3.Hash256(canonical)));
    }

    /// <summary>The recipe of the documentation, on nothing but the history, in another language.</summary>
    [Fact]
    public async Task Anybody_can_compute_it_from_the_history()
    {
        var (item, site) = await PublishedAsync();
        (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"second"}""")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}/locales/de", """{"slug":"erstes","fields":{"body":"Neu."}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/slug", """{"slug":"zweites","locale":"de"}""")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Grüße","rating":2,"extra":{"b":[1,-2.5,123456789012345680000,1.5e-5,-2.5e-9,1e300]}}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        var history = (await Admin.AskAsync($"/api/content/{item}/history?limit=200")).ShouldBe(200);
        var python = await RunRecipeAsync(history.Text);
        Assert.SkipWhen(python is null, "not run: no python3 with SHA-3 here");
        python.ShouldBe(
        [
            "2 1 " + history.Items[1].GetProperty("data").GetProperty("fingerprint").GetString(),
            "7 6 " + history.Items[6].GetProperty("data").GetProperty("fingerprint").GetString(),
        ]);
    }

    [Fact]
    public async Task Each_publication_has_its_own_and_a_version_names_the_last_one_before_it()
    {
        var (item, _) = await PublishedAsync();
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{item}/unpublish")).ShouldBe(200);
        async Task<(long, string?)> At(string query)
        {
            var answer = (await Admin.AskAsync($"/api/content/{item}/fingerprint{query}")).ShouldBe(200).Json;
            answer.GetProperty("matches").GetBoolean().ShouldBeTrue();
            return (answer.GetProperty("publishedVersion").GetInt64(), answer.GetProperty("computed").GetString());
        }
        var first = await At("?version=2");
        first.Item1.ShouldBe(2);
        (await At("?version=3")).ShouldBe(first);
        var second = await At("?version=4");
        second.Item1.ShouldBe(4);
        second.Item2.ShouldNotBe(first.Item2);
        (await At("")).ShouldBe(second);
    }

    [Fact]
    public async Task A_publication_from_before_there_were_fingerprints_has_none_recorded()
    {
        var (item, _) = await PublishedAsync();
        await TamperAsync(item, "data - 'fingerprint'");
        var answer = (await Admin.AskAsync($"/api/content/{item}/fingerprint")).ShouldBe(200).Json;
        answer.GetProperty("recorded").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("matches").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("computed").GetString()!.Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_publication_that_was_tampered_with_does_not_match_and_a_tag_from_before_is_no_longer_right()
    {
        var (item, _) = await PublishedAsync();
        var tag = (await Admin.AskAsync($"/api/content/{item}/fingerprint")).ShouldBe(200).Header("ETag")!;
        (await Admin.AskAsync($"/api/content/{item}/fingerprint", ("If-None-Match", tag))).ShouldBe(304);
        await TamperAsync(item, "jsonb_set(data, '{fields,title}', '\"Forged\"')");
        var answer = (await Admin.AskAsync($"/api/content/{item}/fingerprint", ("If-None-Match", tag))).ShouldBe(200).Json;
        answer.GetProperty("matches").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("version=0", 422)]
    [InlineData("version=x", 422)]
    [InlineData("version=1", 404)]
    [InlineData("version=9", 404)]
    public async Task A_version_that_is_none_is_422_and_one_without_a_publication_is_404(string query, int status)
    {
        var (item, _) = await PublishedAsync();
        (await Admin.AskAsync($"/api/content/{item}/fingerprint?{query}")).ShouldBeProblem(status, status == 404 ? "not-found" : "invalid");
    }

    [Fact]
    public async Task Another_tenants_is_not_found()
    {
        var (item, _) = await PublishedAsync();
        (await Stranger().AskAsync($"/api/content/{item}/fingerprint")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Json_with_a_number_that_canonical_json_has_not_got_is_refused()
    {
        var site = await Admin.ArticleSiteAsync();
        await RefusedAsync(
            () => Admin.PostAsync("/api/content", Examples.NewArticle(site, fields: JsonElement.Parse("""{"title":"a","extra":{"n":[12345678901234567890]}}"""))), 422, "invalid", "fields.extra");
    }

    private async Task<(Guid Item, Guid Site)> PublishedAsync()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site, "first", JsonElement.Parse(Awkward));
        (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
        return (item, site);
    }

    private async Task TamperAsync(Guid item, string data)
    {
        await CoveredAsync(item);
        await using var connection = await Owner.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"set session_replication_role = replica; update public.{"mt_events"} set data = {data} where stream_id = '{item}' and type = 'content.item-published'; reset session_replication_role", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string[]?> RunRecipeAsync(string history)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs/fingerprint.md"));
        var script = document.Split("```python\n")[1].Split("```")[0];
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            await python.StandardInput.WriteAsync(history);
            python.StandardInput.Close();
            var (output, error) = (await python.StandardOutput.ReadToEndAsync(), await python.StandardError.ReadToEndAsync());
            await python.WaitForExitAsync();
            if (error.Contains("sha3_256", StringComparison.Ordinal))
                return null;
            python.ExitCode.ShouldBe(0, error);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
