using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Experiments;

public sealed class PageExperimentsTests
{
    private static readonly Guid _site = new("0198c0de-0000-7000-8000-00000000000a"), _item = new("0198c0de-0000-7000-8000-00000000000b");
    private static readonly RuleAction _hero = new("slot", "hero", _item), _more = new("recommend", "hero", Count: 3), _tone = new("attribute", "tone", Value: AttributeValue.Of("warm"));

    [Fact]
    public void A_variant_does_on_the_page_what_it_says_for_those_who_get_it()
    {
        var plans = Plans(("hero", Content(_hero)));
        for (var n = 0; n < 50; n++)
        {
            var on = On(plans, $"v{n}");
            on.Outcome.Slots.ContainsKey("hero").ShouldBe(on.Given["hero"].Variant == "new");
        }
        On(plans, null).ShouldBe(PageExperiments.None, "without an id nobody keeps a variant");
    }

    [Fact]
    public void It_counts_on_its_pages_alone()
    {
        var plans = Plans(("hero", Content(_hero) with { Pages = ["/join/*", "/"] }));
        PageExperiments.On(plans, Asking("ann"), _site, "/join/now").Given.Keys.ShouldBe(["hero"]);
        PageExperiments.On(plans, Asking("ann"), _site, "/").Given.Keys.ShouldBe(["hero"]);
        PageExperiments.On(plans, Asking("ann"), _site, "/news").Given.ShouldBeEmpty();
        PageExperiments.DependOn(plans, _site, "/news").ShouldBeNull();
        PageExperiments.DependOn(plans, _site, "/").ShouldBe([]);
        plans["hero"].Give(Asking("ann"), _site).ShouldNotBeNull("who asks for no page gets it");
    }

    [Fact]
    public void Of_two_that_could_fill_a_slot_the_first_by_key_does_and_the_other_counts_where_it_doesnt_whatever_its_own_variant()
    {
        var plans = Plans(("a", Content(_hero)), ("b", Content(_more)), ("c", Content(_tone)));
        var (taken, left) = (new List<string>(), new List<string>());
        for (var n = 0; n < 400; n++)
        {
            var on = On(plans, $"v{n}");
            on.Given.ContainsKey("b").ShouldBe(on.Given["a"].Variant == "old", "b's own variant has no part in it");
            on.Given.ContainsKey("c").ShouldBeTrue();
            (on.Outcome.Slots.ContainsKey("hero") && on.Outcome.Recommended.ContainsKey("hero")).ShouldBeFalse();
            if (on.Given.TryGetValue("b", out var b)) left.Add(b.Variant); else taken.Add(plans["b"].Give(Asking($"v{n}"), _site)!.Variant);
        }
        // Both of b's variants are on both sides, about as often.
        foreach (var side in new[] { taken, left }) side.Count(variant => variant == "new").ShouldBeInRange(side.Count / 3, side.Count * 2 / 3);
    }

    [Fact]
    public void What_tells_whom_it_concerns_is_what_caches_have_to_tell_apart() =>
        PageExperiments.DependOn(Plans(("a", Content(_hero) with { Condition = new AttributeIs(new("country"), [new EqualTest(AttributeValue.Of("AT"))]) }), ("b", Content(_tone))), _site, "/").ShouldBe(["country"]);

    [Fact]
    public void Actions_and_pages_are_checked_as_rules_are() =>
        DeclareExperiment.Decide(new(_site, "hero", "Hero", Content(_hero with { ItemId = null }) with { Pages = ["join"] }, new()), Experiment.Initial, ExperimentList.Initial, [])
            .Rejection!.Errors.Keys.ShouldBe(["pages[0]", "variants[1].actions[0].itemId"]);

    private static ExperimentContent Content(params ImmutableArray<RuleAction> actions) => ExperimentExamples.Small with { Variants = [ExperimentExamples.Small.Variants[0], ExperimentExamples.Small.Variants[1] with { Actions = actions }] };

    private static ImmutableSortedDictionary<string, ExperimentPlan> Plans(params (string Key, ExperimentContent Content)[] plans) =>
        plans.ToImmutableSortedDictionary(plan => plan.Key, plan => new ExperimentPlan(plan.Key, plan.Content, ExperimentStatus.Running, [], null), StringComparer.Ordinal);

    private static PageExperiments On(ImmutableSortedDictionary<string, ExperimentPlan> plans, string? id) => PageExperiments.On(plans, Asking(id), _site, "/");

    private static AllocationContext Asking(string? id) => new(
        new(AttributeValue.Of(id is null ? [] : [KeyValuePair.Create("id", AttributeValue.Of(id))])), ImmutableDictionary<string, FlagPlan>.Empty);
}
