using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Personalization;
using Platform.Projections.Personalization;

namespace Platform.Api.Tests.Personalization;

/// <summary>
/// Recommenders of a node as they're kept: after somebody was let go of they are what they'd be without, and they stay few.
/// </summary>
public sealed class SiteRecommendersTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task After_an_erasure_every_model_and_weight_is_what_it_would_be_without_the_visitor()
    {
        var (with, without, clock) = (await SiteAsync("with.example.org"), await SiteAsync("without.example.org"), new MovedClock());
        var recommenders = new SiteRecommenders(App.Store, clock);
        var erased = Guid.NewGuid();
        await HappenAsync(with, erased, 0);
        var before = await OfAsync(recommenders, with.Site);
        Told(before, with, erased).Known.ShouldBeTrue();
        await AppendAsync(Guid.NewGuid(), new VisitorErased(erased, [new VisitSpan(with.Site, Noon.AddDays(-9), Noon.AddDays(9))]));
        await HappenAsync(without, erased, 0, leftOut: true);
        // What is counted at once,
        var now = await OfAsync(recommenders, with.Site);
        Told(now, with, erased).Known.ShouldBeFalse();
        now.HasForgotten.ShouldBeTrue();
        // and what was learnt with the next build.
        clock.Ahead = TimeSpan.FromMinutes(2);
        await recommenders.RenewAllAsync((_, work) => work(), CancellationToken.None);
        var renewed = await OfAsync(recommenders, with.Site);
        renewed.HasForgotten.ShouldBeFalse();
        var other = await OfAsync(recommenders, without.Site);
        foreach (var visitor in with.Visitors.Prepend(erased))
            Told(renewed, with, visitor).ShouldBe(Told(other, without, visitor));
    }

    [Fact]
    public async Task What_is_kept_no_longer_is_gone_with_the_next_round()
    {
        var (site, clock) = (await SiteAsync("kept.example.org"), new MovedClock());
        var recommenders = new SiteRecommenders(App.Store, clock);
        await HappenAsync(site, Guid.NewGuid(), 0);
        (await OfAsync(recommenders, site.Site)).IsOutdated.ShouldBeFalse();
        await AppendAsync(VisitorRetention.Id, new VisitorsForgotten(Noon.AddDays(1)));
        (await OfAsync(recommenders, site.Site)).IsOutdated.ShouldBeTrue();
        await recommenders.RenewAllAsync((_, work) => work(), CancellationToken.None);
        var renewed = await OfAsync(recommenders, site.Site);
        renewed.IsOutdated.ShouldBeFalse();
        foreach (var visitor in site.Visitors)
            Told(renewed, site, visitor).Known.ShouldBeFalse();
    }

    [Fact]
    public async Task What_happened_before_its_item_was_known_counts_once_it_is()
    {
        var (site, visitors, recommenders) = (await SiteAsync("early.example.org"), new[] { Guid.NewGuid(), Guid.NewGuid() }, new SiteRecommenders(App.Store, new MovedClock()));
        var late = await Admin.ArticleAsync(site.Site, "late", new { title = "Late" });
        foreach (var visitor in visitors)
            await HadAsync(site.Site, visitor, late, Noon);
        Told(await OfAsync(recommenders, site.Site), site, visitors[0]).Known.ShouldBeFalse();
        await AppendAsync(Guid.NewGuid(), new VisitorErased(visitors[1], [new VisitSpan(site.Site, Noon.AddDays(-9), Noon.AddDays(9))]));
        await OfAsync(recommenders, site.Site);
        (await Admin.PostAsync($"/api/content/{late}/publish")).ShouldBe(200);
        var model = await OfAsync(recommenders, site.Site);
        Told(model, site, visitors[0]).Known.ShouldBeTrue();
        Told(model, site, visitors[1]).Known.ShouldBeFalse();
    }

    [Fact]
    public async Task A_node_keeps_those_that_were_asked_last()
    {
        var (sites, clock) = (new List<Guid>(), new MovedClock());
        (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        for (var n = 0; n < 3; n++)
            sites.Add(await Admin.SiteAsync($"few-{n}.example.org"));
        var recommenders = new SiteRecommenders(App.Store, clock, most: 2);
        foreach (var site in sites)
            await OfAsync(recommenders, site);
        recommenders.Count.ShouldBe(2);
        (await recommenders.OfAsync(Tenant, Guid.NewGuid(), isLatest: false, CancellationToken.None)).ShouldBeNull();
        recommenders.Count.ShouldBe(2, "what isn't there makes none go");
        (await Admin.PostAsync($"/api/content/{await Admin.ArticleAsync(sites[1])}/publish")).ShouldBe(200);
        var small = new SiteRecommenders(App.Store, clock, mostKept: 0);
        await OfAsync(small, sites[1]);
        await small.FollowAllAsync((_, work) => work());
        small.Count.ShouldBe(0);
        clock.Ahead = TimeSpan.FromMinutes(20);
        await recommenders.FollowAllAsync((_, work) => work());
        recommenders.Count.ShouldBe(0);
    }

    private sealed record Place(Guid Site, Guid[] Items, Guid[] Visitors);

    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }

    private async Task<Place> SiteAsync(string domain)
    {
        if ((await Admin.AskAsync("/api/content-types/article")).Status == 404)
            (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        var (site, items) = (await Admin.SiteAsync(domain), new List<Guid>());
        foreach (var (slug, title) in new[] { ("a", "Whales swim"), ("b", "Boats swim"), ("c", "Bread"), ("d", "Whales and boats") })
        {
            items.Add(await Admin.ArticleAsync(site, slug, new { title }));
            (await Admin.PostAsync($"/api/content/{items[^1]}/publish")).ShouldBe(200);
        }
        return new Place(site, [.. items], [.. Enumerable.Range(1, 5).Select(n => new Guid(n, 0, 0, new byte[8]))]);
    }

    // Some days ago, so that what is freshly published says the same on two sites.
    private async Task HappenAsync(Place place, Guid erased, int from, bool leftOut = false)
    {
        for (var n = from; n < 40; n++)
        {
            var visitor = n % 6 == 5 ? erased : place.Visitors[n % 5];
            if (!(leftOut && visitor == erased))
                await HadAsync(place.Site, visitor, place.Items[n * 7 % 11 % 4], Noon.AddMinutes(n));
        }
    }

    private Task HadAsync(Guid site, Guid visitor, Guid item, DateTimeOffset at) =>
        AppendAsync(Guid.NewGuid(), new PageViewed(new Hit(Guid.CreateVersion7(), site, visitor, at, "/", "desktop"), Fields.Parse($$"""{"item":"{{item}}"}""")));

    private async Task AppendAsync(Guid stream, object data)
    {
        var session = App.Store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(stream, data);
        await session.SaveChangesAsync();
    }

    private async Task<SiteModel> OfAsync(SiteRecommenders recommenders, Guid site)
    {
        var session = App.Store.QuerySession(Tenant);
        foreach (var model in (string[])[Interactions.ReadModel, CatalogueChanges.ReadModel, "item_details", "site_content"])
            (await session.WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue(model);
        return (await recommenders.OfAsync(Tenant, site, isLatest: true, CancellationToken.None))!;
    }

    // Without newness, which is by the time of publication: that differs between two sites.
    private static (bool Known, string Scores) Told(SiteModel model, Place place, Guid visitor)
    {
        var told = model.Recommend(new RecommendationQuery(Noon.AddHours(1), visitor, WithHad: true));
        var scores = told.Items.OrderBy(item => Array.IndexOf(place.Items, item.ItemId)).Select(item => string.Join(' ', item.Contributions
            .Where(part => part.Model is not "freshness").OrderBy(part => part.Model, StringComparer.Ordinal).Select(part => FormattableString.Invariant($"{part.Model} {part.Value:0.000000}"))));
        return (told.VisitorIsKnown, string.Join('\n', scores));
    }
}
