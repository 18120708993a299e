using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class RestoreItemTests
{
    [Fact]
    public void A_restored_item_has_its_slug_again() => Spec.Given<Item>(Created, Published, Archived)
        .When(item => RestoreItem.Decide(new RestoreItem(Id), item).Whole(item))
        .ThenStreams(
            new StreamEvents(Id, new ItemRestored(Id)),
            new StreamEvents(FirstSlug, new SlugReserved(SiteId, "en", "first", Id)));

    [Fact]
    public void A_restored_item_is_a_draft()
    {
        var item = State.Of<Item>(Created, Published, Archived, new ItemRestored(Id));
        (item.Status, item.Live).ShouldBe((ItemStatus.Draft, null));
    }

    [Fact]
    public void An_item_whose_slug_was_taken_meanwhile_stays_archived() => Spec.Given<Item>(Created, Archived)
        .When(item => RestoreItem.Decide(new RestoreItem(Id), item).Whole(item, Article, Taken("first")))
        .ThenTaken("slug", $"The slug 'first' is taken by item {OtherId}.");

    [Fact]
    public void It_may_come_back_under_another_slug() => Spec.Given<Item>(Created, Archived)
        .When(item => RestoreItem.Decide(new RestoreItem(Id, "second"), item).Whole(item, Article, Taken("first")))
        .ThenStreams(
            new StreamEvents(Id, new ItemRestored(Id), new ItemSlugChanged(Id, "first", "second")),
            new StreamEvents(SecondSlug, new SlugReserved(SiteId, "en", "second", Id)));

    [Fact]
    public void Another_slug_is_checked() => Spec.Given<Item>(Created, Archived)
        .When(new RestoreItem(Id, "No"))
        .ThenInvalid(("slug", "Must be lower-case letters and digits, with single hyphens within and slashes between segments."));

    [Fact]
    public void An_item_that_is_not_archived_changes_nothing() => Spec.Given<Item>(Created)
        .When(item => RestoreItem.Decide(new RestoreItem(Id), item).Whole(item))
        .ThenNothing();

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>()
        .When(item => RestoreItem.Decide(new RestoreItem(Id), item).Whole(item))
        .ThenNotFound("There is no such item.");
}
