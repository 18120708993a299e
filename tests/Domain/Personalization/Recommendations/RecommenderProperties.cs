using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RecommenderProperties
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private const int Items = 12;

    // Visitor, item and hour of each.
    private static readonly Arbitrary<(int Visitor, int Item, int Hour)[]> _events =
        ArbMap.Default.ArbFor<int[]>().Convert(
            numbers => numbers.Select(n => Math.Abs((long)n * 2654435761 % 100_003)).Select(n => ((int)(n % 7), (int)(n / 7 % Items), (int)(n / 100 % 5000))).ToArray(),
            events => [.. events.Select(e => e.Item1)]);

    [Fact]
    public void Trending_does_not_depend_on_the_order_of_what_happened_at_one_time() => Prop.ForAll(_events, events =>
    {
        var (forwards, backwards) = (new DecayedCounts(TimeSpan.FromHours(1)), new DecayedCounts(TimeSpan.FromHours(1)));
        foreach (var e in events)
            forwards.Add(e.Item, Noon);
        foreach (var e in events.Reverse())
            backwards.Add(e.Item, Noon);
        for (var i = 0; i < Items; i++)
            backwards.At(i, Noon.AddHours(3)).ShouldBe(forwards.At(i, Noon.AddHours(3)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Trending_is_what_its_definition_says_in_any_order_and_over_any_time() => Prop.ForAll(_events, events =>
    {
        var (trending, now) = (new DecayedCounts(TimeSpan.FromHours(1)), Noon.AddHours(5000));
        foreach (var e in events)
            trending.Add(e.Item, Noon.AddHours(e.Hour));
        for (var i = 0; i < Items; i++)
        {
            var expected = events.Where(e => e.Item == i).Sum(e => Math.Pow(2, e.Hour - 5000));
            trending.At(i, now).ShouldBe(expected, expected * 1e-12 + 1e-290);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_forgotten_visitor_is_as_if_never_seen() => Prop.ForAll(_events, events =>
    {
        var options = new RecommenderOptions { MostKept = 6 };
        var (with, without) = (Catalogue(options), Catalogue(options));
        foreach (var e in events)
        {
            with.Observe(Of(e));
            if (e.Visitor != 0)
                without.Observe(Of(e));
        }
        with.Forget(Visitor(0));
        with.Forget(Visitor(0));
        with.Visitors.ShouldBe(without.Visitors);
        with.Snapshot().Visitors.Select(row => string.Join(',', row)).Order().ShouldBe(without.Snapshot().Visitors.Select(row => string.Join(',', row)).Order());
        with.Had(Visitor(0)).ShouldBeEmpty();
        for (var i = 0; i < Items; i++)
        {
            with.VisitorsOf(Deskdrop.Id(i)).ShouldBe(without.VisitorsOf(Deskdrop.Id(i)));
            for (var h = 0; h < options.HalfLives.Length; h++)
                with.Trending(Deskdrop.Id(i), h, Noon.AddHours(5000)).ShouldBe(without.Trending(Deskdrop.Id(i), h, Noon.AddHours(5000)), 1e-12);
            for (var j = 0; j < Items; j++)
                with.Similarity(Deskdrop.Id(i), Deskdrop.Id(j)).ShouldBe(without.Similarity(Deskdrop.Id(i), Deskdrop.Id(j)));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Contributions_add_up_to_the_score_and_scores_to_the_order() => Prop.ForAll(_events, events =>
    {
        var recommender = Catalogue(RecommenderOptions.Default);
        foreach (var e in events)
            recommender.Observe(Of(e));
        recommender.Take(Ease.Fit(recommender.Snapshot(), lambda: 1));
        recommender.Take(ImplicitAls.Fit(recommender.Snapshot(), factors: 3, sweeps: 2));
        var query = new RecommendationQuery(Noon.AddHours(5000), Visitor(1), Freshness: 0.5);
        var answer = recommender.Recommend(query);
        answer.Length.ShouldBe(Math.Min(10, Items - recommender.AllHad(Visitor(1)).Length));
        answer.Select(r => r.Score).ShouldBe(answer.Select(r => r.Score).OrderDescending());
        foreach (var r in answer)
        {
            var item = recommender.NumberOf(r.ItemId);
            r.Contributions.Sum(c => c.Value).ShouldBe(r.Score, 1e-9);
            r.Score.ShouldBe(recommender.Weights.Score(recommender.Scores, item) + 0.5 * recommender.Scores[^1][item], 1e-9);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Diversity_keeps_the_set() => Prop.ForAll(_events, events =>
    {
        double[] relevance = [.. events.Select(e => e.Hour / 5000.0).OrderDescending()];
        var order = MarginalRelevance.Order(relevance, (a, b) => (a * 7 + b * 7) % 11 / 11.0, 0.5, relevance.Length);
        order.Order().ShouldBe(Enumerable.Range(0, relevance.Length));
        MarginalRelevance.Order(relevance, (_, _) => 1, 0, relevance.Length).ShouldBe(Enumerable.Range(0, relevance.Length));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Diversity_puts_what_is_alike_apart() =>
        MarginalRelevance.Order([1, 0.9, 0.8], (a, b) => a + b == 1 ? 1 : 0, 0.5, 3).ShouldBe([0, 2, 1]);

    private static Recommender Catalogue(RecommenderOptions options)
    {
        var recommender = new Recommender(options);
        for (var i = 0; i < Items; i++)
            recommender.Publish(new CatalogueItem(Deskdrop.Id(i), Noon.AddHours(i), [i % 2 == 0 ? "whales swim oceans" : "bakers bake bread"], [i % 3 == 0 ? "sea" : "land"]));
        return recommender;
    }

    private static Interaction Of((int Visitor, int Item, int Hour) e) => new(Visitor(e.Visitor), Deskdrop.Id(e.Item), Noon.AddHours(e.Hour));

    private static Guid Visitor(int n) => Deskdrop.Id(1_000_000 + n);
}
