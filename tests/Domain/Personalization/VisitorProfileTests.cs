using System.Collections.Immutable;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class VisitorProfileTests
{
    private static readonly DateTimeOffset _now = new(2030, 6, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid _site = new("0198c5a0-0000-7000-8000-000000000001"), _other = new("0198c5a0-0000-7000-8000-000000000002"), _visitor = new("0198c5a0-0000-8000-8000-000000000003");

    private static VisitorAct Act(double daysAgo, string page = "/", string? topic = null, string name = "page_view", Guid? site = null, string device = "desktop", string? country = null) => new(
        Guid.CreateVersion7(), site ?? _site, _now.AddDays(-daysAgo), name, page, device, Country: country, Props: topic is null ? null : Fields.Parse($$"""{"topic":"{{topic}}"}"""));

    private static VisitorProfile Of(params ImmutableArray<VisitorAct> acts) => VisitorProfile.Of(acts, Fields.Empty, ProfileSettings.Initial, _now);

    [Fact]
    public void What_lies_a_half_life_back_weighs_half()
    {
        var profile = Of(Act(0, topic: "sport"), Act(14, topic: "sport"), Act(28, topic: "news"));
        profile.Affinities.Where(affinity => affinity.Dimension == "topic").Select(affinity => (affinity.Value, affinity.Weight)).ShouldBe([("sport", 1.5), ("news", 0.25)]);
        profile.Affinities[0].Share.ShouldBe(1.5 / 1.75, 1e-12);
    }

    [Fact]
    public void Several_values_stand_with_commas_between_and_sections_come_of_the_path()
    {
        var profile = Of(Act(0, "/news/today", topic: " sport , politics,sport,"), Act(0, "/"));
        profile.Affinities.Select(affinity => (affinity.Dimension, affinity.Value)).ShouldBe([("topic", "politics"), ("topic", "sport"), ("section", "news")]);
    }

    [Fact]
    public void Weights_are_the_tenants_and_engagement_has_none_of_its_own()
    {
        var settings = ProfileSettings.Initial with { Weights = [new("like", 3), new("page_view", 0)] };
        var profile = VisitorProfile.Of([Act(0, topic: "sport", name: "like"), Act(0, topic: "news"), Act(0, "/a", topic: "arts", name: "engagement")], Fields.Empty, settings, _now);
        profile.Affinities.Where(affinity => affinity.Dimension == "topic").ShouldBe([new("topic", "sport", 3, 1)]);
    }

    [Fact]
    public void Visits_are_told_apart_by_pauses_on_a_site_whatever_the_order_in_which_acts_come()
    {
        var profile = Of(Act(0.5), Act(1), Act(1 - 29 / 1440.0), Act(1, site: _other));
        (profile.Visits, profile.PageViews, profile.FirstSeen, profile.LastSeen).ShouldBe((3, 4, _now.AddDays(-1), _now.AddDays(-0.5)));
        Of().ShouldSatisfyAllConditions(nobody => nobody.Visits.ShouldBe(0), nobody => nobody.FirstSeen.ShouldBeNull(), nobody => nobody.Attributes()["days_since_last"].IsNull.ShouldBeTrue());
    }

    [Fact]
    public void What_is_to_come_is_left_out() => Of(Act(-1, topic: "sport"), Act(1)).ShouldSatisfyAllConditions(p => p.PageViews.ShouldBe(1), p => p.Affinities.ShouldBeEmpty());

    [Fact]
    public void Conditions_look_at_its_attributes()
    {
        var profile = VisitorProfile.Of([Act(3, "/news/1", "sport", country: "AT"), Act(1, "/news/2", "sport,arts", device: "mobile", country: "AT")], Fields.Parse("""{"language":"de"}"""), ProfileSettings.Initial, _now);
        var context = new ConditionContext(AttributeValue.Of(new Dictionary<string, AttributeValue> { ["profile"] = profile.Attributes() }));
        foreach (var json in new[]
        {
            """{"attribute":"profile.top.topic","equals":"sport"}""", """{"attribute":"profile.affinity.topic.arts","above":0.3}""", """{"attribute":"profile.visits","equals":2}""",
            """{"attribute":"profile.days_since_last","equals":1}""", """{"attribute":"profile.preferences.language","equals":"de"}""", """{"attribute":"profile.country","equals":"AT"}""",
            """{"attribute":"profile.is_returning","equals":true}""",
        })
            ConditionReader.Read(System.Text.Json.JsonElement.Parse(json), "condition").Condition.Holds(context).ShouldBeTrue(json);
    }

    [Fact]
    public void Each_attribute_says_what_it_comes_of()
    {
        ImmutableArray<VisitorAct> acts = [Act(28, topic: "sport"), Act(0, topic: "sport"), Act(1, topic: "news", country: "AT")];
        Why("affinity.topic.sport").ShouldBe([(acts[1].EventId, 1), (acts[0].EventId, 0.25)]);
        Why("top.topic").ShouldBe(Why("affinity.topic.sport"));
        Why("visits").ShouldBe([(acts[1].EventId, 1), (acts[2].EventId, 1), (acts[0].EventId, 1)]);
        Why("country").ShouldBe([(acts[2].EventId, 1)]);
        Why("days_since_first").ShouldBe([(acts[0].EventId, 1)]);
        VisitorProfile.Why("affinity.colour.red", acts, ProfileSettings.Initial, _now).ShouldBeNull();

        (Guid, double)[]? Why(string attribute) => VisitorProfile.Why(attribute, acts, ProfileSettings.Initial, _now)?.Select(reason => (reason.EventId, reason.Weight)).ToArray();
    }

    [Fact]
    public void Behaviour_is_counted_in_days_of_24_hours()
    {
        ImmutableArray<VisitorAct> acts = [Act(7), Act(7.01), Act(0, name: "like"), Act(1, "/prices", site: _other)];
        VisitorAct.Times(acts, new("page_view", Days: 7), _now).ShouldBe(2);
        VisitorAct.Times(acts, new("page_view"), _now).ShouldBe(3);
        VisitorAct.Times(acts, new(Page: "/prices", SiteId: _other), _now).ShouldBe(1);
        VisitorAct.Times(acts, new(), _now.AddDays(-2)).ShouldBe(2);
    }

    [Fact]
    public void Somebody_is_in_a_segment_by_one_act_that_all_filters_leave_and_by_all_conditions()
    {
        ImmutableArray<VisitorAct> acts = [Act(1, device: "mobile"), Act(0, country: "AT")];
        VisitorAct.AreOf([new("device", ["mobile"]), new("country", ["AT"])], [], acts, _now).ShouldBeFalse("one act was mobile, another from Austria");
        VisitorAct.AreOf([new("device", ["mobile"]), new("country", ["AT"], true)], [], acts, _now).ShouldBeTrue();
        VisitorAct.AreOf([new("country", ["(none)"])], [new("page_view", AtLeast: 2)], acts, _now).ShouldBeTrue();
        VisitorAct.AreOf([], [new("page_view", AtLeast: 3)], acts, _now).ShouldBeFalse();
        VisitorAct.AreOf([], [new("like", AtLeast: 0, AtMost: 0)], [], _now).ShouldBeFalse("who was never there is in no segment");
    }

    [Fact]
    public void Settings_are_checked_member_by_member()
    {
        Refused([new("Topic", 1), new("a", 1, "B"), new("a", 0)], [new("like", -1), new("like", 1), new("", double.NaN)])
            .ShouldBe(["dimensions[0].name", "dimensions[1].prop", "dimensions[2].halfLifeDays", "dimensions[2].name", "weights[0].weight", "weights[1].event", "weights[2].event", "weights[2].weight"]);
        SetProfileSettings.Decide(new(ProfileSettings.Initial.Dimensions, []), ProfileSettings.Initial).Events.ShouldHaveSingleItem();
        SetProfileSettings.Decide(new(ProfileSettings.Initial.Dimensions, []), ProfileSettings.Initial with { Version = 1 }).Events.ShouldBeEmpty();

        static IEnumerable<string> Refused(ImmutableArray<AffinityDimension> dimensions, ImmutableArray<ActWeight> weights) => SetProfileSettings.Decide(new(dimensions, weights), ProfileSettings.Initial).Rejection!.Errors.Keys;
    }

    [Fact]
    public void Preferences_are_few_and_short_and_no_maps()
    {
        Set("""{"language":"de","topics":["sport","arts"],"big_text":true,"size":12,"gone":null}""").ShouldHaveSingleItem()
            .ShouldBe(new PreferencesSet(_visitor, Fields.Parse("""{"language":"de","topics":["sport","arts"],"big_text":true,"size":12}""")));
        Refused("""{"Language":"de"}""").ShouldBe(["preferences.Language"]);
        Refused("""{"a":{"b":1},"c":[1],"d":[["x"]]}""").ShouldBe(["preferences.a", "preferences.c", "preferences.d"]);
        Refused($$"""{"a":"{{new string('x', 201)}}"}""").ShouldBe(["preferences.a"]);
        Refused($"{{{string.Join(',', Enumerable.Range(0, 21).Select(n => $"\"p{n}\":1"))}}}").ShouldBe(["preferences"]);
        Refused($"{{{string.Join(',', Enumerable.Range(0, 6).Select(n => $"\"p{n}\":\"{new string('ü', 100)}\""))}}}").ShouldBe(["preferences"], "bytes count, not characters");

        static ImmutableArray<object> Set(string json) => SetPreferences.Decide(new(_visitor, Fields.Parse(json)), VisitorChoices.Initial).Events;
        static IEnumerable<string> Refused(string json) => SetPreferences.Decide(new(_visitor, Fields.Parse(json)), VisitorChoices.Initial).Rejection!.Errors.Keys;
    }

    [Fact]
    public void Who_somebody_is_is_said_once_and_taken_back()
    {
        var known = VisitorChoices.Initial.Evolve(new VisitorIdentified(_visitor, _other), 1);
        IdentifyVisitor.Decide(new(_visitor, _other), known).Events.ShouldBeEmpty();
        IdentifyVisitor.Decide(new(_visitor, _site), known).Events.ShouldBe([new VisitorIdentified(_visitor, _site)]);
        SeparateVisitor.Decide(new(_visitor), known).Events.ShouldBe([new VisitorSeparated(_visitor)]);
        SeparateVisitor.Decide(new(_visitor), VisitorChoices.Initial).Events.ShouldBeEmpty();
        ForgetVisitorChoices.Decide(new(_visitor), known).Events.ShouldBe([new VisitorChoicesForgotten(_visitor)]);
        var forgotten = known.Evolve(new VisitorChoicesForgotten(_visitor), 2);
        (forgotten.Exists, forgotten.Version).ShouldBe((false, 2));
        ForgetVisitorChoices.Decide(new(_visitor), forgotten).Events.ShouldBeEmpty();
    }
}
