using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ItemReferencesTests
{
    private static readonly ContentType Post = State.Of<ContentType>(new ContentTypeDefined("article",
    [
        new("author", "reference", Rules: Fields.Parse("""{"targets":["person"]}""")),
        new("related", "reference", Many: true),
    ]));

    private static readonly ItemCreated Person = Created with { ItemId = OtherId, Type = "person", Slug = "ann" };
    private static readonly string Author = $$"""{"author":"{{OtherId}}"}""";
    private static readonly string Related = $$"""{"related":["{{OtherId}}"]}""";

    [Fact]
    public void An_item_of_a_fitting_type_may_be_referred_to() => Edit(Author, Person).Then(new ItemEdited(Id, Fields.Parse(Author), ["rank", "title"]));

    [Fact]
    public void An_item_of_another_type_may_not() => Edit(Author, Person with { Type = "place" })
        .ThenInvalid(("fields.author", "Must refer to an item of type person, not place."));

    [Fact]
    public void An_item_that_does_not_exist_may_not() => Edit(Related).ThenInvalid(("fields.related[0]", "There is no such item."));

    [Fact]
    public void An_archived_item_may_not() => Edit(Author, Person, new ItemArchived(OtherId)).ThenInvalid(("fields.author", "The item is archived."));

    [Fact]
    public void What_was_referred_to_before_may_stay_whatever_became_of_it() => Spec.Given<Item>(Created with { Fields = Fields.Parse(Author) })
        .When(item => EditItem.Decide(new EditItem(Id, Fields.Parse($$"""{"author":"{{OtherId}}","related":["{{OtherId}}"]}""")), item, Post).Whole(item, Post))
        .Then(new ItemEdited(Id, Fields.Parse(Related), []));

    [Fact]
    public void A_list_is_a_list_of_ids() => Edit("""{"related":"x"}""").ThenInvalid(("fields.related", "Must be a list."));

    private static Outcome Edit(string fields, params object[] other) => Spec.Given<Item>(Created).When(item =>
        EditItem.Decide(new EditItem(Id, Fields.Parse(fields)), item, Post).Whole(item, Post, new StreamEvents(OtherId, [.. other])));
}
