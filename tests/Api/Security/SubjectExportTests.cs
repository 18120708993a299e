using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Processors;

namespace Platform.Api.Tests.Security;

/// <summary>A person's copy of their data: complete, for programs and for people.</summary>
public sealed class SubjectExportTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private async Task<Receipt> RegisterAsync(string name) => (await Admin.PostAsync("/api/privacy/subjects", new { name })).ShouldBe(201).Receipt;

    private async Task<Receipt> DoAsync(Guid subject, string verb, object body) => (await Admin.PostAsync($"/api/privacy/subjects/{subject}/{verb}", body)).ShouldBe(200).Receipt;

    private Task<Answer> ExportAsync(Guid subject, string format = "json", HttpClient? client = null) => (client ?? Admin).AskAsync($"/api/privacy/subjects/{subject}/export?format={format}");

    private async Task PurposeAsync(string name, string legalBasis) =>
        (await Admin.PostAsync("/api/privacy/purposes", new { name, legalBasis, description = "For the tests.", categories = new[] { "contact" } })).ShouldBe(201);

    [Fact]
    public async Task A_copy_has_all_that_is_kept_and_every_event_with_its_texts_its_hash_and_its_proof()
    {
        await PurposeAsync("newsletter", "consent");
        await PurposeAsync("statistics", "legitimate-interests");
        var (registered, guardian) = (await RegisterAsync("Ada Byron"), (await RegisterAsync("Annabella")).StreamId);
        var ada = registered.StreamId;
        var consent = await DoAsync(ada, "give-consent", new { purpose = "newsletter", purposeVersion = 1, evidence = "I want to", guardianId = guardian, guardianStatement = "She may" });
        await DoAsync(ada, "object", new { purpose = "statistics", grounds = "I'm shy" });
        await DoAsync(ada, "restrict", new { reason = "It's wrong" });
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada Lovelace"}""")).ShouldBe(200);
        var provided = await DoAsync(ada, "provide", new { to = "By post" });

        var answer = (await ExportAsync(ada, client: As("privacy-officer"))).ShouldBe(200);

        (answer.Header("Cache-Control"), answer.Header("Content-Type"), answer.Header("Content-Disposition")).ShouldBe(("no-store", "application/json; charset=utf-8", $"attachment; filename=\"subject-{ada}.json\""));
        var copy = answer.Json;
        (copy.GetProperty("format").GetString(), copy.GetProperty("tenant").GetString(), copy.GetProperty("complete").GetBoolean()).ShouldBe(("platform-subject-copy/1", Tenant, true));
        copy.GetProperty("subject").GetProperty("name").GetString().ShouldBe("Ada Lovelace");
        copy.GetProperty("subject").GetProperty("restriction").GetProperty("reason").GetString().ShouldBe("It's wrong");
        copy.GetProperty("subject").GetProperty("objections")[0].GetProperty("grounds").GetString().ShouldBe("I'm shy");
        copy.GetProperty("purposes").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ShouldBe(["newsletter", "statistics"]);
        var events = copy.GetProperty("events").EnumerateArray().ToList();
        events.Select(e => e.GetProperty("type").GetString()).ShouldBe(
        [
            "security.subject-registered", "security.consent-given", "security.subject-objected", "security.subject-restricted", "security.subject-rectified", "security.subject-data-provided",
        ]);
        events.Select(Texts).ShouldBe(["name=Ada Byron", "evidence=I want to", "grounds=I'm shy", "reason=It's wrong", "name=Ada Lovelace", "to=By post"]);
        events[0].GetProperty("hash").GetString().ShouldBe(registered.Events[0].Hash);
        events[5].GetProperty("hash").GetString().ShouldBe(provided.Events[0].Hash);
        events[1].GetProperty("data").EnumerateObject().Select(m => m.Name).ShouldBe(["subjectId", "purpose", "purposeVersion", "guardianId"], ignoreOrder: true);
        (await As("privacy-officer").AskAsync(events[0].GetProperty("proof").GetString()!)).ShouldBe(200).Text.ShouldStartWith("c2sp.org/tlog-proof@v1");

        // What the guardian said is the guardian's.
        answer.Text.ShouldNotContain("She may");
        var theirs = (await ExportAsync(guardian)).ShouldBe(200).Json.GetProperty("events").EnumerateArray().ToList();
        theirs.Select(Texts).ShouldBe(["name=Annabella", "guardianStatement=She may"]);
        theirs[1].GetProperty("eventId").GetGuid().ShouldBe(consent.Events[0].Id);

        static string Texts(JsonElement e) => string.Join(' ', e.GetProperty("texts").EnumerateObject().Select(t => $"{t.Name}={t.Value.GetString()}"));
    }

    [Fact]
    public async Task For_people_it_is_one_page_that_needs_nothing_else_and_runs_nothing()
    {
        var ada = (await RegisterAsync("<script>alert('x')</script> & Ada")).StreamId;

        var page = (await ExportAsync(ada, "html")).ShouldBe(200);

        (page.Header("Cache-Control"), page.Header("Content-Type"), page.Header("X-Content-Type-Options")).ShouldBe(("no-store", "text/html; charset=utf-8", "nosniff"));
        page.Header("Content-Security-Policy")!.ShouldStartWith("default-src 'none'");
        page.Text.ShouldContain("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; Ada");
        page.Text.ShouldNotContain("<script", Case.Insensitive);
        Regex.Matches(page.Text, @"\b(src|href|url)\s*[=(]").ShouldBeEmpty();
        page.Text.ShouldContain("You gave none.");
        // Read out as what it is, and as a table also where it's shown as blocks.
        page.Text.ShouldStartWith("<!DOCTYPE html>\n<html lang=\"en\">");
        page.Text.ShouldContain("<title>A copy of your data</title>");
        Regex.Count(page.Text, "<h1>").ShouldBe(1);
        page.Text.ShouldContain("<th scope=\"row\" role=\"rowheader\" data-label=\"What\">Name</th><td role=\"cell\" data-label=\"Text\">&lt;script&gt;");
        page.Text.ShouldEndWith("</html>\n");
    }

    [Fact]
    public async Task However_long_it_is_it_is_whole()
    {
        var ada = (await RegisterAsync("Ada")).StreamId;
        for (var n = 0; n < 230; n++)
            await DoAsync(ada, "provide", new { to = $"{n}" });
        var events = (await ExportAsync(ada)).ShouldBe(200).Json.GetProperty("events").EnumerateArray().ToList();
        events.Skip(1).Select(e => e.GetProperty("texts").GetProperty("to").GetString()).ShouldBe(Enumerable.Range(0, 230).Select(n => $"{n}"));
        events.Select(e => e.GetProperty("version").GetInt64()).ShouldBe(Enumerable.Range(1, 231).Select(n => (long)n));
    }

    [Fact]
    public async Task Of_an_erased_person_it_says_so()
    {
        var ada = (await RegisterAsync("Ada")).StreamId;
        await DoAsync(ada, "erase", new { reason = "I left" });
        var until = DateTime.UtcNow + Patience;
        while (!(await Admin.AskAsync($"/api/privacy/subjects/{ada}")).ShouldBe(200).Text.Contains("\"completed\"", StringComparison.Ordinal))
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }
        foreach (var format in new[] { "json", "html" })
        {
            var answer = (await ExportAsync(ada, format)).ShouldBe(200);
            answer.Text.ShouldContain("[erased]");
            answer.Text.ShouldNotContain(">Ada<");
            answer.Text.ShouldNotContain("\"Ada\"");
            answer.Text.ShouldNotContain("I left");
        }
        await RefusedAsync(() => Admin.PostAsync($"/api/privacy/subjects/{ada}/provide"), 409, "conflict");
    }

    [Fact]
    public async Task Only_those_who_may_read_texts_get_it_and_nobody_of_another_tenant()
    {
        var ada = (await RegisterAsync("Ada")).StreamId;
        (await ExportAsync(ada, client: As("auditor"))).ShouldBeProblem(403, "forbidden");
        (await ExportAsync(ada, client: Stranger())).ShouldBeProblem(404, "not-found");
        (await ExportAsync(ada, "pdf")).ShouldBeProblem(422, "invalid", "format");
        await RefusedAsync(() => Admin.PostAsync($"/api/privacy/subjects/{ada}/provide", """{"format":"pdf"}"""), 422, "invalid", "format");
    }
}
