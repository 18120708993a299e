using Platform.Domain.Security;
using Platform.Projections.Security;

namespace Platform.Api.Tests.Security;

/// <summary>Purposes over HTTP: defined, given versions, read.</summary>
public sealed class PurposeTests(SharedApp shared) : OverHttp(shared)
{
    private const string News = """{"name":"newsletter","legalBasis":"consent","description":"To send news.","categories":["contact","identity"]}""";

    [Fact]
    public async Task A_purpose_has_versions_and_every_one_of_them_is_read()
    {
        var defined = (await Admin.PostAsync("/api/privacy/purposes", News)).ShouldBe(201);
        var path = defined.Header("Location")!;
        path.ShouldBe($"/api/privacy/purposes/{Purpose.IdOf("newsletter")}");
        var changed = (await Admin.PutAsync(path, """{"legalBasis":"consent","description":"To send news and offers.","categories":["contact"]}""", ("If-Match", "\"1\""))).ShouldBe(200);
        changed.Receipt.Events.Single().Type.ShouldBe("security.purpose-defined");
        (await Admin.PutAsync(path, """{"legalBasis":"consent","description":"To send news and offers.","categories":["contact"]}""")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();

        var now = (await As("auditor").AskAsync(path)).ShouldBe(200);
        (now.Json.GetProperty("version").GetInt64(), now.Json.GetProperty("description").GetString(), now.Header("ETag")).ShouldBe((2, "To send news and offers.", "\"2\""));
        (await Admin.AskAsync($"{path}?asOf=1")).ShouldBe(200).Json.GetProperty("description").GetString().ShouldBe("To send news.");
        var listed = (await Admin.AskAsync($"/api/privacy/purposes?after={changed.Receipt.Events[0].Sequence}")).ShouldBe(200);
        listed.Items.Single().GetRawText().ShouldContain("To send news and offers.");
        (await App.Store.QuerySession(Tenant).WaitForAllAsync(PurposeDetails.ReadModel, TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_nobody_elses_purposes_are_there()
    {
        var path = (await Admin.PostAsync("/api/privacy/purposes", News)).ShouldBe(201).Header("Location")!;
        await RefusedAsync(() => Admin.PostAsync("/api/privacy/purposes", News), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync("/api/privacy/purposes", """{"name":"x","legalBasis":"whim","description":"d","categories":[null]}"""), 422, "invalid", "categories[0]");
        await RefusedAsync(() => Admin.PostAsync("/api/privacy/purposes", "{}"), 422, "invalid", "legalBasis");
        await RefusedAsync(() => As("auditor").PostAsync("/api/privacy/purposes", News), 403, "forbidden");
        (await Stranger().AskAsync(path)).ShouldBeProblem(404, "not-found");
        (await Stranger().PutAsync(path, """{"legalBasis":"contract","description":"d","categories":["contact"]}""")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync("/api/privacy/purposes")).ShouldBe(200).Items.ShouldBeEmpty();
    }
}
