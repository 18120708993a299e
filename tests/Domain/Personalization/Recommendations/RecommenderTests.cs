using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RecommenderTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Recommender _recommender = new();

    [Fact]
    public void An_empty_catalogue_has_no_recommendations() => Ask(visitor: 1).ShouldBeEmpty();

    [Fact]
    public void A_new_item_is_recommended_at_once_and_a_withdrawn_one_no_more()
    {
        Publish(1);
        Ask(visitor: 1).ShouldBe([1]);
        _recommender.Withdraw(Item(1));
        Ask(visitor: 1).ShouldBeEmpty();
        Observe(1, 1).ShouldBeFalse();
        Publish(1);
        Ask(visitor: 1).ShouldBe([1]);
    }

    [Fact]
    public void One_event_moves_what_trends()
    {
        Publish(1, 2, 3);
        Ask().ShouldBe([1, 2, 3]);
        Observe(7, 3).ShouldBeTrue();
        Ask().ShouldBe([3, 1, 2]);
        _recommender.Trending(Item(3), 0, Noon.AddHours(1)).ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void What_was_had_does_not_come_again_unless_asked_for()
    {
        Publish(1, 2);
        Observe(1, 1);
        Ask(visitor: 1).ShouldBe([2]);
        Answer(new RecommendationQuery(Noon, Visitor(1), WithHad: true)).ShouldBe([1, 2]);
        Answer(new RecommendationQuery(Noon, null, ItemId: Item(1))).ShouldBe([2]);
    }

    [Fact]
    public void What_may_not_be_shown_is_not()
    {
        Publish(1, 2, 3, 4);
        Answer(new RecommendationQuery(Noon, Count: 2, Eligible: id => id != Item(1) && id != Item(3))).ShouldBe([2, 4]);
    }

    [Fact]
    public void Rules_pin_bury_and_exclude()
    {
        Publish(1, 2, 3, 4, 5);
        var rules = new BusinessRules([Item(4), Item(5), Item(9)], [Item(1)], [Item(5), Item(2)]);
        var answer = _recommender.Recommend(new RecommendationQuery(Noon, Rules: rules));
        answer.Select(r => (r.ItemId, r.Rule)).ShouldBe([(Item(4), "pinned"), (Item(3), null), (Item(1), "buried")]);
        answer[0].Because.ShouldBe("chosen by the editors");
        Answer(new RecommendationQuery(Noon, Rules: rules, Eligible: id => id != Item(4))).ShouldBe([3, 1]);
    }

    [Fact]
    public void A_visitor_without_a_past_is_told_what_trends_and_one_with_a_past_why()
    {
        _recommender.Publish(new CatalogueItem(Item(1), Noon.AddDays(-90), ["whales in the ocean"], ["sea", "animals"]));
        _recommender.Publish(new CatalogueItem(Item(2), Noon.AddDays(-90), ["bread from the oven"], ["food"]));
        _recommender.Publish(new CatalogueItem(Item(3), Noon.AddDays(-90), ["boats on the ocean"], ["sea", "travel"]));
        Observe(8, 2, hours: -5);
        _recommender.Recommend(new RecommendationQuery(Noon))[0].Because.ShouldStartWith("trending in the last ");
        Observe(9, 1, hours: -400);
        var near = _recommender.Recommend(new RecommendationQuery(Noon, Visitor(9))).Single(r => r.ItemId == Item(3));
        near.Because.ShouldBe("similar topics sea");
        near.Contributions[0].Items.ShouldBe([Item(1)]);
        Observe(8, 3, hours: -5);
        Observe(7, 2, hours: -5);
        Observe(7, 1, hours: -5);
        _recommender.Recommend(new RecommendationQuery(Noon, Visitor(9))).SelectMany(r => r.Contributions).Single(c => c.Model == "item-knn" && c.Items is [var one] && one == Item(1)).Sentence
            .ShouldBe($"because you read {Item(1)}");
    }

    [Fact]
    public void One_visitor_is_one_voice_whatever_that_visitor_does()
    {
        Publish([.. Enumerable.Range(1, 1000)]);
        for (var n = 0; n < 10_000; n++)
            Observe(1, n % 1000 + 1);
        Enumerable.Range(1, 1000).Count(n => _recommender.VisitorsOf(Item(n)) == 1).ShouldBe(RecommenderOptions.Default.MostKept);
        Enumerable.Range(1, 1000).Max(n => _recommender.Trending(Item(n), 0, Noon)).ShouldBe(1);
        Observe(2, 3);
        Observe(3, 3);
        Ask().First().ShouldBe(3);
    }

    [Fact]
    public void The_largest_weight_counts_once()
    {
        Publish(1);
        Observe(1, 1, weight: 2).ShouldBeTrue();
        Observe(1, 1, weight: 5).ShouldBeTrue();
        Observe(1, 1, weight: 3).ShouldBeTrue();
        _recommender.Trending(Item(1), 0, Noon).ShouldBe(5);
        Observe(1, 1, weight: double.NaN).ShouldBeFalse();
        Observe(1, 1, weight: -1).ShouldBeFalse();
    }

    [Fact]
    public void A_catalogue_is_full_until_something_was_withdrawn_and_models_of_before_are_not_taken()
    {
        var small = new Recommender(new RecommenderOptions { MostItems = 2, MostVisitors = 2 });
        bool Put(int n) => small.Publish(new CatalogueItem(Item(n), Noon, [], []));
        (Put(1), Put(2), Put(3)).ShouldBe((true, true, false));
        small.Observe(new Interaction(Visitor(1), Item(1), Noon));
        small.Observe(new Interaction(Visitor(1), Item(2), Noon));
        var before = Ease.Fit(small.Snapshot());
        small.Take(before).ShouldBeTrue();
        small.Withdraw(Item(1));
        Put(3).ShouldBeTrue();
        small.Take(before).ShouldBeFalse();
        small.Take(ImplicitAls.Fit(small.Snapshot())).ShouldBeTrue();
        small.VisitorsOf(Item(3)).ShouldBe(0);
        small.Similarity(Item(3), Item(2)).ShouldBe(0);
        foreach (var visitor in (int[])[2, 3, 4])
            small.Observe(new Interaction(Visitor(visitor), Item(2), Noon.AddHours(visitor)));
        small.Visitors.ShouldBe(2);
        small.VisitorsOf(Item(2)).ShouldBe(2);
    }

    [Fact]
    public void Newness_is_part_of_the_score_when_asked_for()
    {
        _recommender.Publish(new CatalogueItem(Item(1), Noon.AddDays(-30), [], []));
        _recommender.Publish(new CatalogueItem(Item(2), Noon, [], []));
        Observe(5, 1);
        Ask().ShouldBe([1, 2]);
        Answer(new RecommendationQuery(Noon, Freshness: 100)).ShouldBe([2, 1]);
    }

    [Fact]
    public void A_question_has_bounds()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _recommender.Recommend(new RecommendationQuery(Noon, Count: 0)));
        Should.Throw<ArgumentOutOfRangeException>(() => _recommender.Recommend(new RecommendationQuery(Noon, Count: 201)));
        Should.Throw<ArgumentOutOfRangeException>(() => _recommender.Recommend(new RecommendationQuery(Noon, Diversity: 1.1)));
    }

    private void Publish(params int[] items)
    {
        foreach (var item in items)
            _recommender.Publish(new CatalogueItem(Item(item), Noon, [], [])).ShouldBeTrue();
    }

    private bool Observe(int visitor, int item, int hours = 0, double weight = 1) => _recommender.Observe(new Interaction(Visitor(visitor), Item(item), Noon.AddHours(hours), weight));

    private IEnumerable<int> Ask(int? visitor = null) => Answer(new RecommendationQuery(Noon, visitor is { } v ? Visitor(v) : null));

    private int[] Answer(RecommendationQuery query) => [.. _recommender.Recommend(query).Select(r => BitConverter.ToInt32(r.ItemId.ToByteArray()))];

    private static Guid Item(int n) => Deskdrop.Id(n);

    private static Guid Visitor(int n) => Deskdrop.Id(1_000_000 + n);
}
