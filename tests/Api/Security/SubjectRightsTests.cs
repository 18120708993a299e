using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>Consent, restriction and objection over HTTP.</summary>
public sealed class SubjectRightsTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private async Task<Guid> RegisterAsync(string name) => (await Admin.PostAsync("/api/privacy/subjects", new { name })).ShouldBe(201).Receipt.StreamId;

    private async Task PurposeAsync(string name, string legalBasis) =>
        (await Admin.PostAsync("/api/privacy/purposes", new { name, legalBasis, description = "For the tests.", categories = new[] { "contact" } })).ShouldBe(201);

    private Task<Answer> DoAsync(Guid subject, string verb, object body) => Admin.PostAsync($"/api/privacy/subjects/{subject}/{verb}", body);

    private async Task<JsonElement> GetAsync(Guid subject, HttpClient? client = null) => (await (client ?? Admin).AskAsync($"/api/privacy/subjects/{subject}")).ShouldBe(200).Json;

    private async Task EraseAsync(Guid subject)
    {
        (await Admin.PostAsync($"/api/privacy/subjects/{subject}/erase")).ShouldBe(200);
        var until = DateTime.UtcNow + Patience;
        while ((await GetAsync(subject)).GetProperty("erasure").GetProperty("state").GetString() != "completed")
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Consent_is_given_to_what_a_purpose_says_now_and_withdrawn()
    {
        var ada = await RegisterAsync("Ada");
        await PurposeAsync("newsletter", "consent");
        await PurposeAsync("billing", "contract");
        (await DoAsync(ada, "give-consent", new { purpose = "newsletter", purposeVersion = 1, evidence = "Ticked the box" })).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("security.consent-given");
        var consent = (await GetAsync(ada)).GetProperty("consents")[0];
        (consent.GetProperty("purpose").GetString(), consent.GetProperty("evidence").GetString(), consent.TryGetProperty("withdrawnAt", out _)).ShouldBe(("newsletter", "Ticked the box", false));
        (await GetAsync(ada, As("auditor"))).GetProperty("consents")[0].GetProperty("evidence").GetString().ShouldBe("[hidden]");

        await RefusedAsync(() => DoAsync(ada, "give-consent", new { purpose = "billing", purposeVersion = 1 }), 409, "conflict");
        await RefusedAsync(() => DoAsync(ada, "give-consent", new { purpose = "newsletter", purposeVersion = 2 }), 409, "conflict");
        await RefusedAsync(() => DoAsync(ada, "give-consent", new { purpose = "none", purposeVersion = 1 }), 422, "invalid", "purpose");
        (await RefusedAsync(() => DoAsync(ada, "give-consent", new { purpose = "newsletter", purposeVersion = 1, evidence = $"Secret{new string('x', 2000)}" }), 422, "invalid", "evidence")).Text.ShouldNotContain("Secret");
        (await As("auditor").PostAsync($"/api/privacy/subjects/{ada}/give-consent", """{"purpose":"newsletter","purposeVersion":1}""")).ShouldBeProblem(403, "forbidden");
        (await Stranger().PostAsync($"/api/privacy/subjects/{ada}/give-consent", """{"purpose":"newsletter","purposeVersion":1}""")).ShouldBeProblem(404, "not-found");

        (await DoAsync(ada, "withdraw-consent", new { purpose = "newsletter" })).ShouldBe(200);
        (await DoAsync(ada, "withdraw-consent", new { purpose = "newsletter" })).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await GetAsync(ada)).GetProperty("consents")[0].TryGetProperty("withdrawnAt", out _).ShouldBeTrue();
        (await App.Database.OwnerConnectionString.RowsAsync($"select t::text from public.mt_events t where stream_id = '{ada}' and t::text like '%Ticked%'")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("child", "[erased]", "She may")]
    [InlineData("guardian", "I want to", "[erased]")]
    public async Task Two_people_share_a_consent_and_the_erasure_of_one_leaves_what_the_other_said(string erased, string evidence, string statement)
    {
        var (child, guardian) = (await RegisterAsync("Ada"), await RegisterAsync("Annabella"));
        await PurposeAsync("newsletter", "consent");
        var given = (await DoAsync(child, "give-consent", new { purpose = "newsletter", purposeVersion = 1, evidence = "I want to", guardianId = guardian, guardianStatement = "She may" })).ShouldBe(200).Receipt.Events.Single();
        (await App.Store.QuerySession(Tenant).WaitForAllAsync("subject_events", Patience)).ShouldBeTrue();
        (await App.Database.OwnerConnectionString.RowsAsync($"select subject_id::text from read.subject_events where event_id = '{given.Id}'")).ShouldBe([child.ToString(), guardian.ToString()], ignoreOrder: true);

        await EraseAsync(erased == "child" ? child : guardian);

        var consent = (await GetAsync(child)).GetProperty("consents")[0];
        (consent.GetProperty("evidence").GetString(), consent.GetProperty("guardianStatement").GetString()).ShouldBe((evidence, statement));
        (await GetAsync(erased == "child" ? guardian : child)).GetProperty("name").GetString().ShouldBe(erased == "child" ? "Annabella" : "Ada");
        await RefusedAsync(() => DoAsync(child, "give-consent", new { purpose = "newsletter", purposeVersion = 1, guardianId = guardian, guardianStatement = "Still" }), 409, "conflict");
    }

    [Fact]
    public async Task While_their_use_is_restricted_texts_are_shown_to_those_alone_who_manage_that()
    {
        var (ada, other) = (await RegisterAsync("Ada"), await RegisterAsync("Charles"));
        var role = await RoleAsync("reader", Permission.PrivacyRead, Permission.PersonalRead);
        var reader = As(role);
        (await GetAsync(ada, reader)).GetProperty("name").GetString().ShouldBe("Ada");
        var restricted = (await DoAsync(ada, "restrict", new { reason = "She says it's wrong" })).ShouldBe(200).Receipt.Events.Single();

        var hers = await GetAsync(ada, reader);
        (hers.GetProperty("name").GetString(), hers.GetProperty("restriction").GetProperty("reason").GetString()).ShouldBe(("[restricted]", "[restricted]"));
        (await GetAsync(other, reader)).GetProperty("name").GetString().ShouldBe("Charles");
        (await GetAsync(ada)).GetProperty("restriction").GetProperty("reason").GetString().ShouldBe("She says it's wrong");
        (await reader.AskAsync($"/api/privacy/subjects?after={restricted.Sequence}")).ShouldBe(200).Items.Select(s => s.GetProperty("name").GetString()).ShouldBe(["[restricted]", "Charles"], ignoreOrder: true);
        (await reader.AskAsync($"/api/privacy/subjects/{ada}?asOf=1")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("[restricted]");
        (await reader.PostAsync("/api/privacy/subjects/find", """{"name":"Ada"}""")).ShouldBe(200).Items.ShouldBeEmpty();
        (await reader.AskAsync($"/api/privacy/subjects/{ada}/export")).ShouldBe(200).Text.ShouldNotContain("She says");

        await RefusedAsync(() => DoAsync(ada, "lift-restriction", new { reason = " " }), 422, "invalid", "reason");
        (await DoAsync(ada, "lift-restriction", new { reason = "Put right" })).ShouldBe(200);
        (await GetAsync(ada, reader)).GetProperty("name").GetString().ShouldBe("Ada");
        (await Stranger().PostAsync($"/api/privacy/subjects/{ada}/restrict", """{"reason":"x"}""")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task An_objection_stands_until_it_is_withdrawn_or_overridden()
    {
        var ada = await RegisterAsync("Ada");
        await PurposeAsync("statistics", "legitimate-interests");
        await PurposeAsync("newsletter", "consent");
        await RefusedAsync(() => DoAsync(ada, "object", new { purpose = "newsletter" }), 409, "conflict");
        await RefusedAsync(() => DoAsync(ada, "override-objection", new { purpose = "statistics", grounds = "A court asks" }), 422, "invalid", "purpose");
        (await DoAsync(ada, "object", new { purpose = "statistics", grounds = "I'm shy" })).ShouldBe(200);
        Objection().ShouldBe(("standing", "I'm shy", null));
        (await DoAsync(ada, "withdraw-objection", new { purpose = "statistics" })).ShouldBe(200);
        Objection().ShouldBe(("withdrawn", "I'm shy", null));
        (await DoAsync(ada, "object", new { purpose = "statistics" })).ShouldBe(200);
        (await DoAsync(ada, "override-objection", new { purpose = "statistics", grounds = "A court asks" })).ShouldBe(200);
        Objection().ShouldBe(("overridden", null, "A court asks"));

        (string?, string?, string?) Objection()
        {
            var objection = GetAsync(ada).GetAwaiter().GetResult().GetProperty("objections")[0];
            return (Text("state"), Text("grounds"), Text("overriddenBecause"));

            string? Text(string member) => objection.TryGetProperty(member, out var text) ? text.GetString() : null;
        }
    }

    private async Task<string> RoleAsync(string name, params string[] permissions)
    {
        var session = App.Store.LightweightSession(new SessionOptions(Tenant, "test"));
        session.Events.Append(Guid.CreateVersion7(), new RoleDefined(name, [.. permissions], BuiltIn: false));
        await session.SaveChangesAsync();
        // Roles count within a second; the test doesn't wait for it.
        await App.Services.GetRequiredService<AccessModels>().LatestAsync(Tenant, CancellationToken.None);
        return name;
    }
}
