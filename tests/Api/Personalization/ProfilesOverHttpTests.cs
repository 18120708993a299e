using System.Text.Json;
using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Experiments;
using Platform.Api.Tests.Sites;
using Platform.EventStore;
using Platform.Processors.Personalization;
using Platform.Projections.Personalization;
using Platform.Tests;

namespace Platform.Api.Tests.Personalization;

/// <summary>What is known of visitors: by their pages, by sites' servers, and by nobody who may not.</summary>
public sealed class ProfilesOverHttpTests(SharedApp shared) : OverVisitedSite(shared)
{
    private readonly Guid _phone = Guid.NewGuid(), _desk = Guid.NewGuid();

    [Fact]
    public async Task A_visitor_sees_what_is_made_of_what_they_did()
    {
        await TrackAsync(View("/news/1", _phone, "sport"), View("/news/2", _phone, "sport"), View("/arts/1", _phone, "arts"), View("/news/3", null, "politics"));
        var own = (await OwnAsync(_phone)).ShouldBe(200);
        own.Header("Cache-Control").ShouldBe("no-store");
        own.Json.GetProperty("pageViews").GetInt32().ShouldBe(3);
        Top(own).ShouldBe([("topic", "sport"), ("topic", "arts"), ("section", "news"), ("section", "arts")]);
        own.Text.ShouldNotContain(_phone.ToString(), Case.Insensitive);
        (await OwnAsync(_desk)).ShouldBe(200).Json.GetProperty("pageViews").GetInt32().ShouldBe(0);

        var number = own.Json.GetProperty("visitors").EnumerateArray().ShouldHaveSingleItem().GetGuid();
        (await Admin.AskAsync($"/api/personalization/visitors/{number}")).ShouldBe(200).Json.GetProperty("pageViews").GetInt32().ShouldBe(3);
        var why = (await Admin.AskAsync($"/api/personalization/visitors/{number}/why?attribute=affinity.topic.sport")).ShouldBe(200).Json;
        why.GetProperty("value").GetDouble().ShouldBe(2 / 3.0, 1e-3);
        why.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("page").GetString()).ShouldBe(["/news/2", "/news/1"]);
        (await Admin.AskAsync($"/api/ledger/proof?event={why.GetProperty("reasons")[0].GetProperty("eventId").GetGuid()}")).ShouldBe(200);
        (await Admin.AskAsync($"/api/personalization/visitors/{number}/why?attribute=shoe_size")).ShouldBeProblem(422, "invalid", "attribute");
        (await Admin.AskAsync($"/api/personalization/visitors/{number}/why")).ShouldBeProblem(422, "invalid", "attribute");
        (await As("analyst").AskAsync($"/api/personalization/visitors/{number}")).ShouldBeProblem(403, "forbidden");
        (await Stranger().AskAsync($"/api/personalization/visitors/{number}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Only_who_agreed_to_be_recognised_has_a_profile_and_none_who_takes_it_back()
    {
        await TrackAsync(View("/", null, "sport"), View("/", _phone, "sport"), Consent(_phone, true), View("/", _desk, "sport"));
        (await CountAsync()).ShouldBe(3);
        await TrackAsync(Consent(_phone, false));
        (await OwnAsync(_phone)).Json.GetProperty("pageViews").GetInt32().ShouldBe(0);
        (await CountAsync()).ShouldBe(2, "the other's page view, and the word of the one who took the consent back");
        await TrackAsync(View("/late", _phone, "sport"));
        (await OwnAsync(_phone)).Json.GetProperty("pageViews").GetInt32().ShouldBe(0, "the last word was no");
        await TrackAsync(Consent(_phone, true));
        (await OwnAsync(_phone)).Json.GetProperty("pageViews").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Browsers_of_one_person_have_one_profile_until_they_are_separated()
    {
        await TrackAsync(View("/", _phone, "sport"), View("/", _desk, "arts"));
        (await PreferAsync(_phone, new { language = "de", size = 1 })).ShouldBe(200);
        (await PreferAsync(_desk, new { size = 2 })).ShouldBe(200);
        foreach (var cookie in new[] { _phone, _desk })
            (await Admin.PutAsync("/api/personalization/visitors/identity", new { visitor = cookie, person = "customer 17" })).ShouldBe(200);
        await CaughtUpAsync();
        var one = (await OwnAsync(_desk)).Json;
        one.GetProperty("pageViews").GetInt32().ShouldBe(2);
        one.GetProperty("visitors").GetArrayLength().ShouldBe(2);
        one.GetProperty("preferences").GetRawText().ShouldBe("""{"language":"de","size":2}""");
        var person = (Guid)(await App.Database.OwnerConnectionString.QueryAsync($"select distinct known_id from read.visitor_choices where tenant_id = '{Tenant}'"))!;
        (await Admin.AskAsync($"/api/personalization/visitors/{person}")).ShouldBe(200).Json.GetProperty("pageViews").GetInt32().ShouldBe(2);

        (await Admin.PutAsync("/api/personalization/visitors/identity", new { visitor = _desk })).ShouldBe(200);
        await CaughtUpAsync();
        (await OwnAsync(_desk)).Json.GetProperty("pageViews").GetInt32().ShouldBe(1);
        (await RefusedAsync(() => As("editor").PutAsync("/api/personalization/visitors/identity", new { visitor = _desk, person = "customer 17" }), 403, "forbidden")).ShouldNotBeNull();
        (await Admin.PutAsync("/api/personalization/visitors/identity", new { person = "" })).ShouldBeProblem(422, "invalid", "person");
        (await Admin.PutAsync("/api/personalization/visitors/identity", new { })).ShouldBeProblem(422, "invalid", "visitor");
        ((string)(await App.Database.OwnerConnectionString.QueryAsync($"select string_agg(data::text, '') from public.mt_events where tenant_id = '{Tenant}'"))!).ShouldNotContain("customer 17");
    }

    [Fact]
    public async Task Preferences_are_said_by_the_visitor_and_stay_in_a_sealed_cookie()
    {
        var set = (await PreferAsync(_phone, new { language = "de" })).ShouldBe(200);
        var cookie = set.Header("Set-Cookie")!;
        cookie.ShouldStartWith("platform-preferences=20");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        cookie.ShouldNotContain(_phone.ToString());
        (await PreferAsync(_phone, new { language = new { x = 1 } })).ShouldBeProblem(422, "invalid", "preferences.language");
        (await Page.PostAsync("/api/track/preferences", new { preferences = new { language = "de" } })).ShouldBeProblem(422, "invalid", "visitor");
        (await OwnAsync(_phone)).Json.GetProperty("attributes").GetProperty("preferences").GetProperty("language").GetString().ShouldBe("de");
    }

    [Fact]
    public async Task Settings_count_at_once_for_what_was_before_and_only_for_the_tenant()
    {
        await TrackAsync(new { id = Guid.NewGuid(), name = "listened", url = $"https://{Host}/", visitor = _phone, props = new { artist = "Ella, Nina" } });
        Top(await OwnAsync(_phone)).ShouldBeEmpty();
        (await Admin.PutAsync("/api/personalization/profile-settings", new { dimensions = new[] { new { name = "artist", prop = "artist", halfLifeDays = 30 } }, weights = new[] { new { @event = "listened", weight = 5 } } })).ShouldBe(200);
        await Until.HoldsAsync(async () => Top(await OwnAsync(_phone)).SequenceEqual([("artist", "Ella"), ("artist", "Nina")]));
        var settings = (await Admin.AskAsync("/api/personalization/profile-settings")).ShouldBe(200);
        settings.Json.GetProperty("dimensions")[0].GetProperty("halfLifeDays").GetDouble().ShouldBe(30);
        (await Stranger().AskAsync("/api/personalization/profile-settings")).ShouldBe(200).Json.GetProperty("version").GetInt64().ShouldBe(0);
        (await Admin.PutAsync("/api/personalization/profile-settings", new { dimensions = new[] { new { name = "artist", prop = "artist", halfLifeDays = 0 } } })).ShouldBeProblem(422, "invalid", "dimensions[0].halfLifeDays");
    }

    [Fact]
    public async Task Flags_know_visitors_by_their_profile_segments_and_behaviour()
    {
        var segment = (await Admin.PostAsync("/api/analytics/segments", new { name = "Readers", filters = Array.Empty<object>(), conditions = new[] { new { @event = "page_view", atLeast = 2, days = 7 } } })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        object[] rules =
        [
            new { name = "fan", condition = new { attribute = "profile.top.topic", equals = "sport" }, value = "sport" },
            new { name = "reader", condition = new { segment }, value = "reader" },
            new { name = "guest", condition = new { behaviour = new { @event = "page_view", atMost = 1, atLeast = 1 } }, value = "guest" },
        ];
        (await Admin.PostAsync("/api/flags", new { key = "front", name = "Front", kind = "text", @default = "plain", rules })).ShouldBe(201);
        await TrackAsync(View("/", _phone, "sport"), View("/", _desk, null));
        await Until.HoldsAsync(async () => await FlagAsync(_phone) == "sport" && await FlagAsync(_desk) == "guest");
        await TrackAsync(View("/2", _desk, null));
        await Until.HoldsAsync(async () => await FlagAsync(_desk) == "reader");
        (await FlagAsync(Guid.NewGuid())).ShouldBe("plain");
        (await Admin.PostAsync("/api/ofrep/v1/evaluate/flags/front", new { context = new { visitor = "ann" } })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_node_keeps_few_visitors_and_few_of_their_acts_in_memory()
    {
        await TrackAsync(View("/", _phone, "sport"), View("/", _desk, "arts"));
        var few = new VisitorModels(App.Store, most: 3);
        for (var n = 0; n < 10; n++)
            await few.OfAsync(Tenant, Guid.NewGuid(), CancellationToken.None);
        few.Count.ShouldBeLessThanOrEqualTo(3);
        var light = new VisitorModels(App.Store, mostActs: 1);
        foreach (var visitor in new[] { _phone, _desk })
            (await light.OfAsync(Tenant, (await OwnAsync(visitor)).Json.GetProperty("visitors")[0].GetGuid(), CancellationToken.None)).Found.Acts.Length.ShouldBe(1);
        for (var n = 0; n < 200; n++)
            await light.OfAsync(Tenant, Guid.NewGuid(), CancellationToken.None);
        light.Count.ShouldBeLessThan(128);
    }

    [Fact]
    public async Task A_visitor_in_memory_is_read_again_once_something_comes_to_be_known_of_them_and_not_before()
    {
        await TrackAsync(View("/", _phone, "sport"), View("/", _desk, "arts"));
        var models = new VisitorModels(App.Store);
        var (phone, desk) = (await NumberAsync(_phone), await NumberAsync(_desk));
        var first = await OfAsync(phone);
        for (var n = 0; n < 3; n++)
        {
            // Longer than nobody looks again.
            await Task.Delay(700);
            (await OfAsync(phone)).ShouldBeSameAs(first, "of another one something is known, of them nothing");
            await TrackAsync(View($"/{n}", Guid.NewGuid(), "money"));
        }
        await TrackAsync(View("/2", _phone, "sport"));
        await BecomesAsync(known => known.Found.Acts.Length == 2);
        (await PreferAsync(_phone, new { language = "de" })).ShouldBe(200);
        await BecomesAsync(known => !known.Found.Preferences.IsEmpty);
        foreach (var cookie in new[] { _phone, _desk })
            (await Admin.PutAsync("/api/personalization/visitors/identity", new { visitor = cookie, person = "customer 17" })).ShouldBe(200);
        await BecomesAsync(known => known.Found.Visitors.Contains(desk) && known.Found.Acts.Length == 3);
        await TrackAsync(View("/3", _desk, "arts"));
        await BecomesAsync(known => known.Found.Acts.Length == 4);
        (await Admin.PutAsync("/api/personalization/visitors/identity", new { visitor = _desk })).ShouldBe(200);
        await BecomesAsync(known => known.Found.Acts.Length == 2);
        (await Admin.PostAsync("/api/analytics/segments", new { name = "Readers", filters = Array.Empty<object>(), conditions = new[] { new { @event = "page_view", atLeast = 2, days = 7 } } })).ShouldBe(201);
        await BecomesAsync(known => known.Segments.Count == 1);
        (await Page.PostAsync("/api/track/erase", new { visitor = _phone })).ShouldBe(200);
        await BecomesAsync(known => !known.IsAny);

        async Task<KnownVisitor> OfAsync(Guid visitor) => await models.OfAsync(Tenant, visitor, CancellationToken.None);

        Task BecomesAsync(Func<KnownVisitor, bool> holds) => Until.HoldsAsync(async () => holds(await OfAsync(phone)));

        async Task<Guid> NumberAsync(Guid cookie) => (await OwnAsync(cookie)).Json.GetProperty("visitors")[0].GetGuid();
    }

    [Fact]
    public async Task Experiments_know_visitors_by_their_profile()
    {
        var experiment = (await Admin.PostAsync("/api/experiments", ExperimentsOverHttpTests.Body("fans", condition: new { attribute = "profile.top.topic", equals = "sport" }))).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        (await Admin.PostAsync($"/api/experiments/{experiment}/start", "{}")).ShouldBe(200);
        await TrackAsync(View("/", _phone, "sport"), View("/", _desk, "arts"));
        await Until.HoldsAsync(async () => await GivenAsync(_phone) == 1);
        (await GivenAsync(_desk), await GivenAsync(null)).ShouldBe((0, 0));

        async Task<int> GivenAsync(Guid? visitor) =>
            (await Admin.PostAsync("/api/experiments/evaluate", new { attributes = new { id = "ann" }, visitor })).ShouldBe(200).Json.GetProperty("experiments").GetArrayLength();
    }

    [Fact]
    public async Task Whoever_is_erased_has_no_profile_and_what_they_said_is_forgotten()
    {
        await TrackAsync(View("/", _phone, "sport"));
        (await PreferAsync(_phone, new { language = "de" })).ShouldBe(200);
        (await PreferAsync(_desk, new { language = "en" })).ShouldBe(200);
        foreach (var cookie in new[] { _phone, _desk })
        {
            (await Page.PostAsync("/api/track/erase", new { visitor = cookie })).ShouldBe(200).Json.GetProperty("erased").GetBoolean().ShouldBeTrue();
            await CaughtUpAsync();
            var own = (await OwnAsync(cookie)).Json;
            (own.GetProperty("pageViews").GetInt32(), own.GetProperty("preferences").GetRawText()).ShouldBe((0, "{}"));
        }
        (await CountAsync()).ShouldBe(0);
        (await App.Database.OwnerConnectionString.QueryAsync($"select count(*) from read.visitor_choices where tenant_id = '{Tenant}'")).ShouldBe(0L);
        (await PreferAsync(_phone, new { language = "de" })).ShouldBe(200).Json.GetProperty("preferences").GetRawText().ShouldBe("""{"language":"de"}""", "the same can be said again");
        ((string?)await App.Database.OwnerConnectionString.QueryAsync($"select string_agg(visitor_id::text, ' ') from read.visitor_changes where tenant_id = '{Tenant}' and changed < (select max(changed) from read.visitor_changes where tenant_id = '{Tenant}')"))
            .ShouldBe(Guid.Empty.ToString(), "nobody's, and theirs who said something again");
        foreach (var model in new Projection[] { new VisitorActs(), new VisitorChoicesProjection(), new VisitorChanges() })
            (await new ProjectionRebuild(App.Store).RunAsync(model, null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());
    }

    private object View(string page, Guid? visitor, string? topic) =>
        new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}{page}", visitor, props = topic is null ? null : new { topic } };

    private object Consent(Guid visitor, bool analytics) => new { id = Guid.NewGuid(), name = "consent", url = $"https://{Host}/", visitor, props = new { analytics } };

    private Task<Answer> OwnAsync(Guid visitor) => Page.PostAsync("/api/track/profile", new { visitor });

    private Task<Answer> PreferAsync(Guid visitor, object preferences) => Page.PostAsync("/api/track/preferences", new { visitor, preferences });

    private async Task<string?> FlagAsync(Guid visitor) =>
        (await Admin.PostAsync("/api/ofrep/v1/evaluate/flags/front", new { context = new { visitor } })).ShouldBe(200).Json.GetProperty("value").GetString();

    private static (string?, string?)[] Top(Answer profile) =>
        [.. profile.Json.GetProperty("affinities").EnumerateArray().Select(affinity => (affinity.GetProperty("dimension").GetString(), affinity.GetProperty("value").GetString()))];

    private async Task TrackAsync(params object[] events)
    {
        foreach (var e in events)
            (await Page.PostAsync("/api/track", e)).ShouldBe(200);
        await CaughtUpAsync();
    }

    private async Task CaughtUpAsync()
    {
        foreach (var model in new[] { VisitorActs.ReadModel, VisitorChoicesDetails.ReadModel })
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }

    private async Task<long> CountAsync() => (long)(await App.Database.OwnerConnectionString.QueryAsync($"select count(*) from read.visitor_acts where tenant_id = '{Tenant}'"))!;
}
