using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>Data subjects over HTTP: kept, found, put right, erased.</summary>
public sealed class DataSubjectTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private async Task<Guid> RegisterAsync(string name, string? email = null, string? address = null) =>
        (await Admin.PostAsync("/api/privacy/subjects", new { name, email, address })).ShouldBe(201).Receipt.StreamId;

    private Task<Answer> GetAsync(Guid subject, HttpClient? client = null) => (client ?? Admin).AskAsync($"/api/privacy/subjects/{subject}");

    private async Task<JsonElement> ErasedAsync(Guid subject)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var answer = (await GetAsync(subject)).ShouldBe(200).Json;
            if (answer.GetProperty("erasure").GetProperty("state").GetString() == "completed")
                return answer;
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }
    }

    private Task<List<Guid>> FindAsync(object by) => FindAsync(Admin, by);

    private static async Task<List<Guid>> FindAsync(HttpClient client, object by) =>
        [.. (await client.PostAsync("/api/privacy/subjects/find", by)).ShouldBe(200).Items.Select(s => s.GetProperty("id").GetGuid())];

    [Fact]
    public async Task What_is_kept_of_a_person_is_sealed_in_the_database_and_read_by_those_who_may()
    {
        var registered = (await Admin.PostAsync("/api/privacy/subjects", """{"name":"Ada Lovelace","email":"ada@example.org","address":"St James's Square\nLondon"}""")).ShouldBe(201);
        var subject = registered.Receipt.StreamId;
        registered.Receipt.Events.Single().Type.ShouldBe("security.subject-registered");
        var read = (await GetAsync(subject)).ShouldBe(200);
        (read.Json.GetProperty("name").GetString(), read.Json.GetProperty("email").GetString(), read.Json.GetProperty("address").GetString()).ShouldBe(("Ada Lovelace", "ada@example.org", "St James's Square\nLondon"));
        (read.Header("ETag"), read.Header("Cache-Control")).ShouldBe(("\"1\"", "no-store"));

        var auditor = (await GetAsync(subject, As("auditor"))).ShouldBe(200);
        (auditor.Json.GetProperty("name").GetString(), auditor.Json.TryGetProperty("phone", out _)).ShouldBe(("[hidden]", false));
        (await GetAsync(subject, As("editor"))).ShouldBeProblem(403, "forbidden");
        (await GetAsync(subject, Stranger())).ShouldBeProblem(404, "not-found");

        await Admin.AskAsync($"/api/privacy/subjects?after={registered.Receipt.Events[0].Sequence}");
        foreach (var table in new[] { "public.mt_events", "read.data_subjects", "platform.snapshot", "platform.idempotency", "read.audit_trail" })
            (await App.Database.OwnerConnectionString.RowsAsync($"select t::text from {table} t where t::text ilike '%lovelace%' or t::text ilike '%ada@%'")).ShouldBeEmpty(table);
        var token = (await App.Database.OwnerConnectionString.RowsAsync($"select data->>'name' from public.mt_events where stream_id = '{subject}'")).Single();
        SealedText.TryParse(token, out var text).ShouldBeTrue();
        (text!.SubjectId, text.TenantId, text.Property, text.EventId).ShouldBe((subject, Tenant, "name", registered.Receipt.Events[0].Id));
    }

    [Fact]
    public async Task People_are_found_by_what_is_kept_of_them_now_and_by_nobody_elses()
    {
        var (ada, other) = (await RegisterAsync("Ada", "Ada@Example.org"), await RegisterAsync("Ada", "king@example.org"));
        await CaughtUpAsync();
        (await FindAsync(new { email = " ada@example.ORG" })).ShouldBe([ada]);
        (await FindAsync(new { name = "ada" })).ShouldBe([ada, other], ignoreOrder: true);
        (await FindAsync(Stranger(), new { name = "ada" })).ShouldBeEmpty();
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada","email":"countess@example.org"}""")).ShouldBe(200);
        await CaughtUpAsync();
        (await FindAsync(new { email = "ada@example.org" })).ShouldBeEmpty();
        (await FindAsync(new { email = "countess@example.org" })).ShouldBe([ada]);
        (await As("auditor").PostAsync("/api/privacy/subjects/find", """{"name":"Ada"}""")).ShouldBeProblem(403, "forbidden");
        (await Admin.PostAsync("/api/privacy/subjects/find", """{"name":"Ada","email":"ada@example.org"}""")).ShouldBeProblem(422, "invalid", "name");
        (await Admin.PostAsync("/api/privacy/subjects/find", "{}")).ShouldBeProblem(422, "invalid", "name");
    }

    /// <summary>Whoever may write to the database could have had a text read out under another's name, or as something else of the same person.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_text_that_was_moved_in_the_database_is_unavailable(bool toAnother)
    {
        var (ada, charles) = (await RegisterAsync("Ada", "ada@example.org"), await RegisterAsync("Charles", "charles@example.org"));
        (await App.Store.QuerySession(Tenant).WaitForAllAsync("data_subjects", Patience)).ShouldBeTrue();
        var before = App.Services.GetRequiredService<PersonalData>().Misplaced;
        await App.Database.OwnerConnectionString.QueryAsync(toAnother
            ? $"update read.data_subjects set data = jsonb_set(data, '{{members,name}}', (select data->'members'->'name' from read.data_subjects where id = '{charles}')) where id = '{ada}'"
            : $"update read.data_subjects set data = jsonb_set(data, '{{members,name}}', data->'members'->'email') where id = '{ada}'");

        var listed = (await Admin.AskAsync("/api/privacy/subjects")).ShouldBe(200).Items.ToDictionary(s => s.GetProperty("id").GetGuid());

        (listed[ada].GetProperty("name").GetString(), listed[ada].GetProperty("email").GetString()).ShouldBe(("[unavailable]", "ada@example.org"));
        (listed[charles].GetProperty("name").GetString(), listed[charles].GetProperty("email").GetString()).ShouldBe(("Charles", "charles@example.org"));
        App.Services.GetRequiredService<PersonalData>().Misplaced.ShouldBe(before + 1);
        (await Admin.AskAsync("/metrics")).ShouldBe(200).Text.ShouldContain("platform_personal_texts_misplaced_total ");
    }

    [Fact]
    public async Task A_rectification_replaces_and_the_history_keeps_what_was()
    {
        var ada = await RegisterAsync("Ada Byron", "ada@example.org");
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada Lovelace"}""", ("If-Match", "\"1\""))).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"X"}""", ("If-Match", "\"1\""))).ShouldBeProblem(412, "stale-version");
        var now = (await GetAsync(ada)).Json;
        (now.GetProperty("name").GetString(), now.TryGetProperty("email", out _)).ShouldBe(("Ada Lovelace", false));
        (await Admin.AskAsync($"/api/privacy/subjects/{ada}?asOf=1")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("Ada Byron");
        // Whoever was shown [hidden] and may read now is at the same version.
        (await Admin.AskAsync($"/api/privacy/subjects/{ada}", ("If-None-Match", "\"2\""))).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("Ada Lovelace");
    }

    [Fact]
    public async Task An_erased_person_is_erased_now_and_in_history_and_stays_so()
    {
        var (ada, other) = (await RegisterAsync("Ada", "ada@example.org"), await RegisterAsync("Charles", "charles@example.org"));
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada","phone":"1"}""")).ShouldBe(200);
        (await Admin.PostAsync($"/api/privacy/subjects/{ada}/erase", """{"reason":"I left"}""")).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("security.erasure-requested");
        var erased = await ErasedAsync(ada);
        (erased.GetProperty("name").GetString(), erased.GetProperty("phone").GetString(), erased.GetProperty("erasure").GetProperty("reason").GetString()).ShouldBe(("[erased]", "[erased]", "[erased]"));
        erased.GetProperty("erasure").GetProperty("keyIds").GetArrayLength().ShouldBe(1);
        (await Admin.AskAsync($"/api/privacy/subjects/{ada}?asOf=1")).ShouldBe(200).Json.GetProperty("email").GetString().ShouldBe("[erased]");
        (await GetAsync(other)).Json.GetProperty("name").GetString().ShouldBe("Charles");

        await CaughtUpAsync();
        (await FindAsync(new { phone = "1" })).ShouldBeEmpty();
        (await Admin.PostAsync($"/api/privacy/subjects/{ada}/erase")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await Admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada"}""")).ShouldBeProblem(409, "conflict");
        (await Admin.PostAsync($"/api/privacy/subjects/{Guid.NewGuid()}/erase")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync("/api/privacy/subjects?erasure=completed")).ShouldBe(200).Items.Single().GetProperty("id").GetGuid().ShouldBe(ada);
        Directory.EnumerateFiles(Path.Combine(App.DataDirectory, "personal", Tenant), "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).StartsWith(ada.ToString(), StringComparison.Ordinal))
            .Select(f => Path.GetExtension(f)).ShouldBe([".erased"]);
    }

    [Fact]
    public async Task With_four_eyes_it_takes_somebody_else()
    {
        (await Admin.PutAsync("/api/privacy/policy", """{"fourEyes":true,"deadlineDays":7,"retention":[{"name":"Leads","days":365,"since":"last-event"}]}""")).ShouldBe(200);
        (await Admin.AskAsync("/api/privacy/policy")).ShouldBe(200).Json.GetProperty("deadlineDays").GetInt32().ShouldBe(7);
        var ada = await RegisterAsync("Ada");
        (await Admin.PostAsync($"/api/privacy/subjects/{ada}/erase", """{"cause":"obligation"}""")).ShouldBe(200);
        (await GetAsync(ada)).Json.GetProperty("erasure").GetProperty("state").GetString().ShouldBe("awaits-approval");
        await CaughtUpAsync();
        var metrics = (await Nobody().AskAsync("/metrics")).ShouldBe(200).Text;
        metrics.ShouldMatch("platform_erasures_open [1-9]");
        metrics.ShouldMatch("platform_erasures_overdue 0");
        (await Admin.PostAsync($"/api/privacy/subjects/{ada}/approve-erasure")).ShouldBeProblem(409, "conflict");
        (await As("privacy-officer").PostAsync($"/api/privacy/subjects/{ada}/refuse-erasure", """{"reason":"A law"}""")).ShouldBe(200);
        var refused = (await GetAsync(ada)).Json;
        (refused.TryGetProperty("erasure", out _), refused.GetProperty("refusedBecause").GetString()).ShouldBe((false, "A law"));
        (await Admin.PostAsync($"/api/privacy/subjects/{ada}/erase")).ShouldBe(200);
        (await As("privacy-officer").PostAsync($"/api/privacy/subjects/{ada}/approve-erasure")).ShouldBe(200);
        (await ErasedAsync(ada)).GetProperty("name").GetString().ShouldBe("[erased]");
    }

    [Fact]
    public async Task Of_whom_nobody_knows_nothing_is_told_or_done()
    {
        var nobody = Guid.CreateVersion7();
        foreach (var path in new[] { "", "?asOf=1", "/export", "/export?format=html" })
            (await Admin.AskAsync($"/api/privacy/subjects/{nobody}{path}")).ShouldBeProblem(404, "not-found");
        (await Admin.PutAsync($"/api/privacy/subjects/{nobody}", """{"name":"Ada"}""")).ShouldBeProblem(404, "not-found");
        foreach (var (verb, body) in new (string, string)[]
        {
            ("erase", "{}"), ("approve-erasure", "{}"), ("refuse-erasure", """{"reason":"x"}"""), ("restrict", """{"reason":"x"}"""), ("lift-restriction", """{"reason":"x"}"""), ("provide", "{}"),
            ("give-consent", """{"purpose":"newsletter","purposeVersion":1}"""), ("withdraw-consent", """{"purpose":"newsletter"}"""), ("object", """{"purpose":"newsletter"}"""),
            ("withdraw-objection", """{"purpose":"newsletter"}"""), ("override-objection", """{"purpose":"newsletter","grounds":"x"}"""),
        })
            (await Admin.PostAsync($"/api/privacy/subjects/{nobody}/{verb}", body)).ShouldBeProblem(404, "not-found");
        (await FindAsync(new { name = "Nobody" })).ShouldBeEmpty();
        (await CountEventsAsync()).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(App.DataDirectory, "personal"), $"{nobody}*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_is_told_without_repeating_it()
    {
        (await RefusedAsync(() => Admin.PostAsync("/api/privacy/subjects", """{"name":"Secret Name","email":"secret-name"}"""), 422, "invalid", "email")).Text.ShouldNotContain("ecret");
        await RefusedAsync(() => Admin.PostAsync("/api/privacy/subjects", "{}"), 422, "invalid", "name");
        await RefusedAsync(() => Admin.PostAsync("/api/privacy/subjects", """{"name":"a","age":7}"""), 422, "invalid", "age");
        await RefusedAsync(() => Admin.PutAsync("/api/privacy/policy", """{"deadlineDays":0}"""), 422, "invalid", "deadlineDays");
        await RefusedAsync(() => As("editor").PostAsync("/api/privacy/subjects", """{"name":"a"}"""), 403, "forbidden");
    }

    [Fact]
    public async Task A_request_that_is_sent_again_registers_one_person()
    {
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var first = (await Admin.PostAsync("/api/privacy/subjects", """{"name":"Ada"}""", key)).ShouldBe(201);
        (await Admin.PostAsync("/api/privacy/subjects", """{"name":"Ada"}""", key)).ShouldBe(201).Receipt.StreamId.ShouldBe(first.Receipt.StreamId);
        (await CountEventsAsync()).ShouldBe(1);
        // A digest without a key would tell whoever guesses the body that they guessed right.
        var stored = (await App.Database.OwnerConnectionString.RowsAsync($"select encode(fingerprint, 'hex') from platform.idempotency where tenant_id = '{Tenant}'")).Single();
        stored.ShouldNotBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("POST /api/privacy/subjects\n{\"name\":\"Ada\"}"))));
    }

    private async Task CaughtUpAsync() => (await App.Store.QuerySession(Tenant).WaitForAllAsync("data_subjects", Patience)).ShouldBeTrue();
}
