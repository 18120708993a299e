using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class UnpublishItemTests
{
    [Fact]
    public void A_live_item_goes_off_the_air() => Spec.Given<Item>(Created, Published)
        .When(new UnpublishItem(Id))
        .Then(new ItemUnpublished(Id));

    [Fact]
    public void An_item_that_is_not_live_changes_nothing()
    {
        Spec.Given<Item>(Created).When(new UnpublishItem(Id)).ThenNothing();
        Spec.Given<Item>(Created, Published, new ItemUnpublished(Id)).When(new UnpublishItem(Id)).ThenNothing();
        Spec.Given<Item>(Created, Published, Archived).When(new UnpublishItem(Id)).ThenNothing();
    }

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>()
        .When(new UnpublishItem(Id))
        .ThenNotFound("There is no such item.");
}
