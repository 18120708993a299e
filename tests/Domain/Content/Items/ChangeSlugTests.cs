using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ChangeSlugTests
{
    [Fact]
    public void The_old_slug_redirects_and_the_new_one_is_reserved() => Spec.Given<Item>(Created)
        .When(Change("second"))
        .ThenStreams(
            new StreamEvents(Id, new ItemSlugChanged(Id, "first", "second")),
            new StreamEvents(FirstSlug, new SlugRedirected(SiteId, "en", "first", Id)),
            new StreamEvents(SecondSlug, new SlugReserved(SiteId, "en", "second", Id)));

    [Fact]
    public void The_same_slug_changes_nothing() => Spec.Given<Item>(Created, new ItemSlugChanged(Id, "first", "second"))
        .When(Change("second"))
        .ThenNothing();

    [Fact]
    public void A_slug_taken_by_another_item_is_refused() => Spec.Given<Item>(Created)
        .When(Change("second", Taken("second")))
        .ThenTaken("slug", $"The slug 'second' is taken by item {OtherId}.");

    [Fact]
    public void A_malformed_slug_is_refused() => Spec.Given<Item>(Created)
        .When(Change(""))
        .ThenInvalid(("slug", "Is required."));

    [Fact]
    public void An_archived_item_cannot_be_moved() => Spec.Given<Item>(Created, Archived)
        .When(Change("second"))
        .ThenRejected("An archived item can't be moved.");

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>()
        .When(Change("second"))
        .ThenNotFound("There is no such item.");

    private static Func<Item, JointDecision> Change(string slug, params StreamEvents[] others) =>
        item => ChangeSlug.Decide(new ChangeSlug(Id, slug), item).Whole(item, Article, others);
}
