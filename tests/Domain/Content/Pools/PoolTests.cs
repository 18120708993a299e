using System.Collections.Immutable;
using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

/// <summary>Labels and sharing.</summary>
public sealed class PoolTests
{
    [Fact]
    public void Labels_are_replaced_whole_in_order()
    {
        Spec.Given<Item>(Created).When(new LabelItem(Id, ["sport", "news", "news"], ["AT-9", "150"])).Then(new ItemLabelled(Id, ["news", "sport"], ["150", "AT-9"]));
        Spec.Given<Item>(Created, new ItemLabelled(Id, ["news", "sport"], ["AT"])).When(new LabelItem(Id, ["sport", "news"], ["AT"])).ThenNothing();
        Spec.Given<Item>(Created, new ItemLabelled(Id, ["news"], ["AT"])).When(new LabelItem(Id, [], [])).Then(new ItemLabelled(Id, [], []));
        Spec.Given<Item>(Created).When(new LabelItem(Id, [], [])).ThenNothing();
    }

    [Fact]
    public void Labels_that_are_none_are_refused()
    {
        Spec.Given<Item>(Created).When(new LabelItem(Id, ["ok", "No", "-a"], ["at"])).ThenInvalid(
            ("regions[0]", "Must be a country such as AT (ISO 3166-1), a part of one such as AT-9 (ISO 3166-2) or an area such as 150 (UN M.49)."),
            ("tags[1]", "Must be 1-63 lower-case letters, digits and hyphens, neither first nor last a hyphen."),
            ("tags[2]", "Must be 1-63 lower-case letters, digits and hyphens, neither first nor last a hyphen."));
        Spec.Given<Item>(Created).When(new LabelItem(Id, [.. Enumerable.Range(0, 51).Select(n => $"t{n}")], [])).ThenInvalid(("tags", "At most 50 are allowed."));
        Spec.Given<Item>(Created, Archived).When(new LabelItem(Id, ["a"], [])).ThenRejected("An archived item can't be labelled.");
        Spec.Given<Item>().When(new LabelItem(Id, ["a"], [])).ThenNotFound("There is no such item.");
    }

    [Fact]
    public void An_item_is_shared_once_and_taken_back_once()
    {
        Spec.Given<Item>(Created).When(new ShareItem(Id)).Then(new ItemShared(Id));
        Spec.Given<Item>(Created, new ItemShared(Id)).When(new ShareItem(Id)).ThenNothing();
        Spec.Given<Item>(Created, new ItemShared(Id)).When(new UnshareItem(Id)).Then(new ItemUnshared(Id));
        Spec.Given<Item>(Created, new ItemShared(Id), new ItemUnshared(Id)).When(new UnshareItem(Id)).ThenNothing();
        Spec.Given<Item>(Created, Archived).When(new ShareItem(Id)).ThenRejected("An archived item can't be shared.");
        Spec.Given<Item>(Created, new ItemShared(Id), Archived).When(new UnshareItem(Id)).Then(new ItemUnshared(Id));
        Spec.Given<Item>().When(new UnshareItem(Id)).ThenNotFound("There is no such item.");
        Spec.Given<Item>(Created, new ItemOverridden(Id, OtherId, 2)).When(new ShareItem(Id)).ThenRejected($"The item overrides item {OtherId} on its site; that one is shared.");
    }
}
