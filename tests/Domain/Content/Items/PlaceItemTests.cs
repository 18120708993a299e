using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class PlaceItemTests
{
    private static readonly Guid Other = new("0198c0de-0000-7000-8000-000000000012");

    [Fact]
    public void On_a_further_site_an_item_has_the_slugs_that_it_has() => Spec.Given<Item>(Created)
        .When(item => PlaceItem.Decide(new PlaceItem(Id, Other), item, Home).Whole(item))
        .ThenStreams(
            new StreamEvents(Id, new ItemPlaced(Id, Other)),
            new StreamEvents(SlugReservation.IdOf(Other, "en", "first"), new SlugReserved(Other, "en", "first", Id)));

    [Fact]
    public void A_slug_changes_on_all_sites() => Spec.Given<Item>(Created, new ItemPlaced(Id, Other))
        .When(item => Of(ChangeSlug.Decide(new ChangeSlug(Id, "second"), item).Whole(item)))
        .Then(new ItemSlugChanged(Id, "first", "second"));

    [Fact]
    public void A_slug_that_is_taken_there_is_refused() => Spec.Given<Item>(Created)
        .When(item => PlaceItem.Decide(new PlaceItem(Id, Other), item, Home)
            .Whole(item, Article, new StreamEvents(SlugReservation.IdOf(Other, "en", "first"), new SlugReserved(Other, "en", "first", OtherId))))
        .ThenTaken("slug", $"The slug 'first' is taken by item {OtherId}.");

    [Fact]
    public void Placed_again_or_at_home_nothing_changes()
    {
        Spec.Given<Item>(Created, new ItemPlaced(Id, Other)).When(item => PlaceItem.Decide(new PlaceItem(Id, Other), item, Home)).ThenNothing();
        Spec.Given<Item>(Created).When(item => PlaceItem.Decide(new PlaceItem(Id, SiteId), item, Home)).ThenNothing();
    }

    [Fact]
    public void The_site_must_exist() => Spec.Given<Item>(Created)
        .When(item => PlaceItem.Decide(new PlaceItem(Id, Other), item, HomeSite.Initial))
        .ThenInvalid(("siteId", "There is no such site."));

    [Fact]
    public void Off_a_site_its_slugs_are_free() => Spec.Given<Item>(Created, new ItemPlaced(Id, Other))
        .When(item => UnplaceItem.Decide(new UnplaceItem(Id, Other), item).Whole(item))
        .Then(new ItemUnplaced(Id, Other), new SlugReleased(Other, "en", "first", Id));

    [Fact]
    public void An_item_stays_on_its_home_site() => Spec.Given<Item>(Created)
        .When(new UnplaceItem(Id, SiteId))
        .ThenRejected("An item stays on its home site: archive it instead.");

    // The item's own events alone, once all slugs are seen to move.
    private static Decision Of(JointDecision decision)
    {
        decision.Streams.SelectMany(stream => stream.Events).OfType<SlugReserved>().Select(e => e.SiteId).ShouldBe([SiteId, Other], ignoreOrder: true);
        decision.Streams.SelectMany(stream => stream.Events).OfType<SlugRedirected>().Count().ShouldBe(2);
        return Decision.Of(decision.Streams[0].Events);
    }
}
