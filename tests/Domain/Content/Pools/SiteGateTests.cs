using System.Collections.Immutable;
using Platform.Domain.Content;
using Platform.Domain.Sites;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

/// <summary>Gates of sites: how they are set, and what they say of items.</summary>
public sealed class SiteGateTests
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PoolItem Item = new("article", ["news", "sport"], ["AT-9"], ["de-AT", "en"], Noon.AddDays(-1));
    private static readonly GateRule All = new("all", GateEffect.Include, 0, new GateCondition());
    private static readonly HashSet<string> Types = ["article"];
    private static readonly SiteGateSet IsSet = new(SiteId, [All]);

    [Fact]
    public void A_gate_is_kept_in_the_order_in_which_it_decides()
    {
        var none = new GateRule("none", GateEffect.Exclude, 0, new GateCondition());
        var first = new GateRule(" first ", GateEffect.Include, 9, new GateCondition(Types: ["article"], Tags: ["sport", "news", "news"]));
        var kept = new SiteGateSet(SiteId, [first with { Name = "first", When = new(Types: ["article"], Tags: ["news", "sport"]) }, none, All]);
        Spec.Given<SiteGate>().When(gate => Set(gate, All, none, first)).Then(kept);
        Spec.Given<SiteGate>(kept).When(gate => Set(gate, none, first, All)).ThenNothing();
        Spec.Given<SiteGate>().When(gate => Set(gate)).Then(new SiteGateSet(SiteId, []));
        State.Of<SiteGate>(kept).Rules!.Value.Select(rule => rule.Name).ShouldBe(["first", "none", "all"]);
    }

    [Fact]
    public void A_gate_is_taken_away_once()
    {
        Spec.Given<SiteGate>(IsSet).When(gate => ResetSiteGate.Decide(new(SiteId), gate, Home)).Then(new SiteGateReset(SiteId));
        Spec.Given<SiteGate>(IsSet, new SiteGateReset(SiteId)).When(gate => ResetSiteGate.Decide(new(SiteId), gate, Home)).ThenNothing();
        State.Of<SiteGate>(IsSet, new SiteGateReset(SiteId)).Rules.ShouldBeNull();
    }

    [Fact]
    public void What_is_wrong_is_said_rule_by_rule() => Spec.Given<SiteGate>().When(gate => Set(gate,
        new GateRule("", "admit", -1, new GateCondition(Types: ["article", "none"], Tags: [], Regions: ["Austria"], Locales: ["x"], PublishedFrom: Noon, PublishedUntil: Noon), Noon, Noon),
        All, All with { Priority = 1001 })).ThenInvalid(
        ("rules[0].effect", "Must be include or exclude."),
        ("rules[0].name", "Is required."),
        ("rules[0].priority", "Must be from 0 to 1,000."),
        ("rules[0].until", "Must be later than from."),
        ("rules[0].when.locales[0]", "Must be a language tag such as en or de-AT, its language in lower case."),
        ("rules[0].when.publishedUntil", "Must be later than publishedFrom."),
        ("rules[0].when.regions[0]", "Must be a country such as AT (ISO 3166-1), a part of one such as AT-9 (ISO 3166-2) or an area such as 150 (UN M.49)."),
        ("rules[0].when.tags", "Name at least one, or leave it out."),
        ("rules[0].when.types[1]", "There is no such content type."),
        ("rules[2].name", "Another rule has this name."),
        ("rules[2].priority", "Must be from 0 to 1,000."));

    [Fact]
    public void A_gate_has_an_end()
    {
        Spec.Given<SiteGate>().When(gate => Set(gate, [.. Enumerable.Range(0, 201).Select(n => All with { Name = $"{n}" })])).ThenInvalid(("rules", "A gate has at most 200 rules."));
        Spec.Given<SiteGate>().When(gate => Set(gate, [.. Enumerable.Range(0, 5).Select(n => All with { Name = $"{n}", When = new(Types: [.. Enumerable.Range(0, 50).Select(m => $"type-{n}-{m}")]) })]))
            .ThenInvalid(("rules", "All rules together name at most 200 content types."));
        Spec.Given<SiteGate>().When(gate => Set(gate, All with { When = new(Tags: [.. Enumerable.Range(0, 51).Select(n => $"t{n}")]) })).ThenInvalid(("rules[0].when.tags", "At most 50 are allowed."));
    }

    [Fact]
    public void The_site_must_be_there_and_in_use()
    {
        Spec.Given<SiteGate>().When(gate => SetSiteGate.Decide(new(SiteId, []), gate, HomeSite.Initial, Types)).ThenNotFound("There is no such site.");
        Spec.Given<SiteGate>(IsSet).When(gate => ResetSiteGate.Decide(new(SiteId), gate, HomeSite.Initial)).ThenNotFound("There is no such site.");
        Spec.Given<SiteGate>().When(gate => SetSiteGate.Decide(new(SiteId, []), gate, Home.After(new SiteArchived(SiteId)), Types)).ThenRejected("The site is archived; restore it first.");
    }

    [Theory]
    [InlineData("article", true)]
    [InlineData("page", false)]
    public void A_type_fits_by_its_name(string type, bool fits) => Fits(new(Types: [type])).ShouldBe(fits);

    [Theory]
    [InlineData("AT", true)]
    [InlineData("AT-9", true)]
    [InlineData("AT-8", false)]
    [InlineData("A", false)]
    public void A_region_fits_its_parts(string region, bool fits) => Fits(new(Regions: ["DE", region])).ShouldBe(fits);

    [Theory]
    [InlineData("de", true)]
    [InlineData("de-at", true)]
    [InlineData("de-CH", false)]
    [InlineData("d", false)]
    public void A_locale_fits_what_begins_with_it(string locale, bool fits) => Fits(new(Locales: [locale])).ShouldBe(fits);

    [Fact]
    public void Times_count_from_their_beginning_until_before_their_end()
    {
        Fits(new(PublishedFrom: Item.PublishedAt, PublishedUntil: Item.PublishedAt.AddTicks(10))).ShouldBeTrue();
        Fits(new(PublishedFrom: Item.PublishedAt.AddTicks(10))).ShouldBeFalse();
        Fits(new(PublishedUntil: Item.PublishedAt)).ShouldBeFalse();
        Admitted(All with { From = Noon, Until = Noon.AddTicks(10) }).ShouldBeTrue();
        Admitted(All with { From = Noon.AddTicks(10) }).ShouldBeFalse();
        Admitted(All with { Until = Noon }).ShouldBeFalse();
    }

    [Fact]
    public void Every_part_of_a_condition_must_fit() => Fits(new(Types: ["article"], Tags: ["other"])).ShouldBeFalse();

    [Fact]
    public void A_verdict_says_what_decided_what_fits_and_why_not_the_others()
    {
        var rules = new[]
        {
            All,
            new GateRule("no sport", GateEffect.Exclude, 5, new GateCondition(Types: ["article"], Tags: ["sport"])),
            new GateRule("pages", GateEffect.Include, 9, new GateCondition(Types: ["page"], Tags: ["news"])),
            new GateRule("later", GateEffect.Include, 8, new GateCondition(), Noon.AddDays(1)),
        };
        var verdict = SiteGate.Decide(rules, Item, Noon);
        verdict.Admitted.ShouldBeFalse();
        verdict.By!.Rule.Name.ShouldBe("no sport");
        verdict.By.Matched.Select(part => (part.Part, part.Value)).ShouldBe([("types", "article"), ("tags", "sport")]);
        verdict.PassedOver.Select(reading => (reading.Rule.Name, reading.Against)).ShouldBe(
            [("pages", "Nothing of the item fits its types."), ("later", "It doesn't hold now."), ("all", "A rule before it decides.")]);
        verdict.PassedOver[0].Matched.Select(part => (part.Part, part.Value)).ShouldBe([("tags", "news")]);

        SiteGate.Decide([], Item, Noon).ShouldSatisfyAllConditions(none => none.Admitted.ShouldBeFalse(), none => none.By.ShouldBeNull());
    }

    private static Decision Set(SiteGate gate, params ImmutableArray<GateRule> rules) => SetSiteGate.Decide(new(SiteId, rules), gate, Home, Types);

    private static bool Fits(GateCondition condition) => condition.Fits(Item);

    private static bool Admitted(GateRule rule) => SiteGate.Decide([rule], Item, Noon).Admitted;
}
