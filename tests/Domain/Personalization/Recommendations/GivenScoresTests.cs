using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class GivenScoresTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Recommender _recommender = new();

    public GivenScoresTests()
    {
        for (var n = 1; n <= 6; n++)
            _recommender.Publish(new CatalogueItem(Deskdrop.Id(n), Noon, [n % 2 == 0 ? "whales swim oceans" : "bread comes warm"], []));
        // By itself 6, 5, then the rest.
        for (var visitor = 1; visitor <= 3; visitor++)
            _recommender.Observe(new Interaction(Visitor(visitor), Deskdrop.Id(6), Noon));
        _recommender.Observe(new Interaction(Visitor(4), Deskdrop.Id(5), Noon));
    }

    [Fact]
    public void What_is_given_goes_first_by_its_scores_and_the_models_fill_up()
    {
        Ids(new(Noon)).ShouldBe([6, 5, 1, 2, 3, 4]);
        var answer = Ask(new(Noon, Given: Given((2, -3), (4, -1), (77, 9))));
        answer.Select(Number).ShouldBe([4, 2, 6, 5, 1, 3]);
        answer.Select(item => item.Score).ShouldBeInOrder(SortDirection.Descending);
        answer.Take(2).ShouldAllBe(item => item.Because == "recommended by the remote service" && item.Contributions.Single().Model == Recommender.Service);
        answer.Skip(2).ShouldAllBe(item => item.Contributions.All(part => part.Model != Recommender.Service));
        answer.ShouldAllBe(item => item.Score == item.Contributions.Sum(part => part.Value));
        // The next one isn't given anything.
        Ids(new(Noon)).ShouldBe([6, 5, 1, 2, 3, 4]);
    }

    [Fact]
    public void Rules_and_what_may_be_shown_hold_for_it()
    {
        var rules = new BusinessRules([Deskdrop.Id(3)], [Deskdrop.Id(2)], [Deskdrop.Id(4)]);
        var answer = Ask(new(Noon, Rules: rules, Eligible: id => id != Deskdrop.Id(1), Given: Given((1, 9), (2, 8), (4, 7), (5, 6))));
        answer.Select(item => (Number(item), item.Rule)).ShouldBe([(3, "pinned"), (5, null), (6, null), (2, "buried")]);
    }

    [Fact]
    public void What_was_had_does_not_come_again_because_it_is_given()
    {
        Ids(new(Noon, Visitor(4), Given: Given((5, 9), (1, 1)))).First().ShouldBe(1);
        Ids(new(Noon, Visitor(4), Given: Given((5, 9), (1, 1)))).ShouldNotContain(5);
        Ids(new(Noon, ItemId: Deskdrop.Id(1), Given: Given((1, 9)))).ShouldNotContain(1);
    }

    [Fact]
    public void Diversity_orders_what_is_given_among_itself()
    {
        var query = new RecommendationQuery(Noon, Count: 5, Given: Given((2, 3), (4, 2.9), (3, 2.5)));
        Ids(query).Take(3).ShouldBe([2, 4, 3]);
        var diverse = Ids(query with { Diversity = 0.9 });
        diverse.Take(3).ShouldBe([2, 3, 4], "what is unlike comes before what is alike, and both before what nobody gave");
        diverse.Length.ShouldBe(5);
    }

    [Fact]
    public void Newness_counts_beside_it()
    {
        _recommender.Publish(new CatalogueItem(Deskdrop.Id(1), Noon.AddDays(-300), [], []));
        var query = new RecommendationQuery(Noon, Given: Given((1, 2), (2, 1)));
        Ids(query).Take(2).ShouldBe([1, 2]);
        var answer = Ask(query with { Freshness = 2 });
        answer.Take(2).Select(Number).ShouldBe([2, 1]);
        answer[0].Contributions.Select(part => part.Model).ShouldBe([Recommender.Service, "freshness"]);
        answer.Select(item => item.Score).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public void Scores_may_be_as_far_apart_as_numbers_are()
    {
        var answer = Ask(new(Noon, Given: Given((1, double.MaxValue), (2, double.MinValue), (3, 0))));
        answer.Take(3).Select(Number).ShouldBe([1, 3, 2]);
        answer.ShouldAllBe(item => double.IsFinite(item.Score));
        Ids(new(Noon, Given: Given((3, 7), (2, 7)))).Take(2).ShouldBe([2, 3]);
        Ids(new(Noon, Given: Given())).ShouldBe([6, 5, 1, 2, 3, 4]);
    }

    private IReadOnlyList<Recommendation> Ask(RecommendationQuery query) => _recommender.Recommend(query);

    private int[] Ids(RecommendationQuery query) => [.. Ask(query).Select(Number)];

    private static int Number(Recommendation item) => BitConverter.ToInt32(item.ItemId.ToByteArray());

    private static Dictionary<Guid, double> Given(params (int Item, double Score)[] scores) => scores.ToDictionary(one => Deskdrop.Id(one.Item), one => one.Score);

    private static Guid Visitor(int n) => Deskdrop.Id(1_000_000 + n);
}
