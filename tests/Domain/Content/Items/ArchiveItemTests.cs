using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ArchiveItemTests
{
    [Fact]
    public void An_archived_item_frees_its_slug() => Spec.Given<Item>(Created)
        .When(item => ArchiveItem.Decide(new ArchiveItem(Id), item).Whole(item))
        .ThenStreams(
            new StreamEvents(Id, Archived),
            new StreamEvents(FirstSlug, new SlugReleased(SiteId, "en", "first", Id)));

    [Fact]
    public void An_archived_item_is_not_live()
    {
        var item = State.Of<Item>(Created, Published, Archived);
        (item.Status, item.Live).ShouldBe((ItemStatus.Archived, null));
    }

    [Fact]
    public void Archiving_again_changes_nothing() => Spec.Given<Item>(Created, Archived)
        .When(item => ArchiveItem.Decide(new ArchiveItem(Id), item))
        .ThenNothing();

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>()
        .When(item => ArchiveItem.Decide(new ArchiveItem(Id), item))
        .ThenNotFound("There is no such item.");
}
