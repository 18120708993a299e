using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RecommendationRulesTests
{
    private static readonly Guid Site = Deskdrop.Id(99);
    private static readonly RecommendedSite _there = new() { Exists = true };

    [Fact]
    public void Pinned_items_keep_the_order_of_the_editors_and_the_others_that_of_ids() =>
        After().When(rules => Set(rules, Items(2, 1), Items(4, 3), Items(5))).Then(Rules(Items(2, 1), Items(3, 4), Items(5)));

    [Fact]
    public void The_same_again_is_nothing()
    {
        var before = Rules(Items(2, 1), Items(3, 4), Items(5));
        After(before).When(rules => Set(rules, Items(2, 1), Items(4, 3), Items(5))).ThenNothing();
        After(before).When(rules => Set(rules, Items(1, 2), Items(4, 3), Items(5))).Then(Rules(Items(1, 2), Items(3, 4), Items(5)));
        After(before).When(rules => Set(rules, [], [], [])).Then(Rules([], [], []));
        After().When(rules => Set(rules, [], [], [])).ThenNothing();
    }

    [Fact]
    public void An_item_stands_in_these_lists_once()
    {
        const string once = "Must stand in these lists once.";
        After().When(rules => Set(rules, Items(1, 1), [], [])).ThenInvalid(("pinned[1]", once));
        After().When(rules => Set(rules, Items(1), Items(2, 1), [])).ThenInvalid(("buried[1]", once));
        After().When(rules => Set(rules, Items(1), Items(2), Items(2, 3, 1))).ThenInvalid(("excluded[0]", once), ("excluded[2]", once));
        After().When(rules => Set(rules, [Guid.Empty], [], [])).ThenInvalid(("pinned[0]", "Must be the id of an item."));
    }

    [Fact]
    public void Lists_have_bounds()
    {
        After().When(rules => Set(rules, Many(21), [], [])).ThenInvalid(("pinned", "Must be at most 20 items."));
        After().When(rules => Set(rules, [], Many(501), [])).ThenInvalid(("buried", "Must be at most 500 items."));
        After().When(rules => Set(rules, [], [], Many(501))).ThenInvalid(("excluded", "Must be at most 500 items."));
    }

    [Fact]
    public void Only_a_site_that_is_there_has_rules()
    {
        var set = new SetRecommendationRules(Site, Items(1), [], []);
        After().When(rules => SetRecommendationRules.Decide(set, rules, RecommendedSite.Initial)).ThenNotFound("There is no such site.");
        After().When(rules => SetRecommendationRules.Decide(set, rules, _there with { IsArchived = true })).ThenRejected("The site is archived; restore it first.");
    }

    private static Spec<RecommendationRules> After(params object[] events) => Spec.Given<RecommendationRules>(events);

    private static Decision Set(RecommendationRules rules, ImmutableArray<Guid> pinned, ImmutableArray<Guid> buried, ImmutableArray<Guid> excluded) =>
        SetRecommendationRules.Decide(new(Site, pinned, buried, excluded), rules, _there);

    private static RecommendationRulesSet Rules(ImmutableArray<Guid> pinned, ImmutableArray<Guid> buried, ImmutableArray<Guid> excluded) => new(Site, pinned, buried, excluded);

    private static ImmutableArray<Guid> Items(params int[] items) => [.. items.Select(Deskdrop.Id)];

    private static ImmutableArray<Guid> Many(int count) => Items([.. Enumerable.Range(1, count)]);
}
