using Platform.Domain;
using Platform.Projections.Security;

namespace Platform.Api.Tests.Security;

/// <summary>The record of processing activities: what is there, whenever it's asked for.</summary>
public sealed class ProcessingRecordTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task It_names_purposes_data_places_rules_and_readers_as_they_are_now()
    {
        (await Admin.PutAsync("/api/privacy/policy", """{"fourEyes":true,"deadlineDays":7,"retention":[{"name":"Leads","days":365,"since":"last-event"}]}""")).ShouldBe(200);
        var purpose = (await Admin.PostAsync("/api/privacy/purposes", """{"name":"newsletter","legalBasis":"consent","description":"To send <news>.","categories":["contact"]}""")).ShouldBe(201).Receipt;
        (await App.Store.QuerySession(Tenant).WaitForAllAsync(PurposeDetails.ReadModel, TimeSpan.FromSeconds(30))).ShouldBeTrue();

        var answer = (await As("auditor").AskAsync($"/api/privacy/processing-record?after={purpose.Events[0].Sequence}")).ShouldBe(200);
        answer.Header("Cache-Control").ShouldBe("no-store");
        var record = answer.Json;
        record.GetProperty("purposes")[0].GetProperty("name").GetString().ShouldBe("newsletter");
        record.GetProperty("data").EnumerateArray().Select(d => $"{d.GetProperty("event").GetString()}.{d.GetProperty("member").GetString()}")
            .ShouldBe(EventCatalog.All.Values.SelectMany(entry => entry.Personal.Select(member => $"{entry.Alias}.{member.Name}")), ignoreOrder: true);
        record.GetProperty("data").EnumerateArray().Single(d => d.GetProperty("event").GetString() == "security.subject-registered" && d.GetProperty("member").GetString() == "email").GetRawText()
            .ShouldContain("\"category\":\"contact\",\"isSearchable\":true");
        record.GetProperty("retention")[0].GetProperty("name").GetString().ShouldBe("Leads");
        record.GetProperty("erasure").GetString()!.ShouldContain("within 7 days, once somebody else approved");
        record.GetProperty("readers").EnumerateArray().Select(r => r.GetString()).ShouldBe(["admin", "privacy-officer"]);
        record.GetProperty("regions").EnumerateArray().Select(r => r.GetString()).ShouldBe(["local"]);

        var page = (await As("auditor").AskAsync("/api/privacy/processing-record?format=html")).ShouldBe(200);
        page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        page.Text.ShouldContain("To send &lt;news&gt;.");
        page.Text.ShouldEndWith("</html>\n");
    }

    [Fact]
    public async Task It_names_to_whom_the_platform_passes_data_on()
    {
        (await As("auditor").AskAsync("/api/privacy/processing-record")).ShouldBe(200).Json.GetProperty("recipients").GetArrayLength().ShouldBe(0);
        var webhook = (await Admin.PostAsync("/api/webhooks", """{"url":"https://desk.example/in?key=secret","events":["content.*"]}""")).ShouldBe(201).Receipt;
        (await Admin.PutAsync("/api/recommendations/service", """{"url":"https://ranker.example/rank"}""")).ShouldBe(200);

        var answer = (await As("auditor").AskAsync($"/api/privacy/processing-record?after={webhook.Events[^1].Sequence}")).ShouldBe(200);
        answer.Text.ShouldNotContain("secret");
        answer.Json.GetProperty("recipients").EnumerateArray().Select(r => $"{r.GetProperty("kind").GetString()} {r.GetProperty("host").GetString()}")
            .ShouldBe(["webhook desk.example", "recommendation-service ranker.example"]);
        (await As("auditor").AskAsync("/api/privacy/processing-record?format=html")).ShouldBe(200).Text.ShouldContain("ranker.example");

        (await Admin.PutAsync("/api/recommendations/service", "{}")).ShouldBe(200);
        (await As("auditor").AskAsync("/api/privacy/processing-record")).ShouldBe(200).Text.ShouldNotContain("ranker.example");
    }

    [Fact]
    public async Task Nobody_elses_is_shown_and_not_to_everybody()
    {
        (await Admin.PostAsync("/api/privacy/purposes", """{"name":"newsletter","legalBasis":"consent","description":"To send news.","categories":["contact"]}""")).ShouldBe(201);
        (await App.Store.QuerySession(Tenant).WaitForAllAsync(PurposeDetails.ReadModel, TimeSpan.FromSeconds(30))).ShouldBeTrue();
        (await Stranger().AskAsync("/api/privacy/processing-record")).ShouldBe(200).Json.GetProperty("purposes").GetArrayLength().ShouldBe(0);
        (await As("editor").AskAsync("/api/privacy/processing-record")).ShouldBeProblem(403, "forbidden");
        (await Admin.AskAsync("/api/privacy/processing-record?format=pdf")).ShouldBeProblem(422, "invalid", "format");
    }
}
