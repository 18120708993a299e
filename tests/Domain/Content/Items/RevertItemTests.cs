using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class RevertItemTests
{
    private static readonly ItemEdited Edited = new(Id, Fields.Parse("""{"body":"Dawn."}"""), ["rank"]);

    [Fact]
    public void The_draft_has_its_earlier_fields_by_a_new_edit() => Spec.Given<Item>(Created, Edited)
        .When(Revert(1))
        .Then(new ItemEdited(Id, Fields.Parse("""{"rank":1}"""), ["body"]));

    [Fact]
    public void Fields_that_are_as_they_were_change_nothing() => Spec.Given<Item>(Created).When(Revert(1)).ThenNothing();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_version_that_the_item_never_had_is_refused(long version) => Spec.Given<Item>(Created, Edited)
        .When(Revert(version))
        .ThenInvalid(("version", "Must be from 1 to 2, the item's version."));

    [Fact]
    public void Fields_that_the_type_no_longer_allows_are_refused() => Spec.Given<Item>(Created, Edited)
        .When(item => RevertItem.Decide(
            new RevertItem(Id, 1), item, State.Of<Item>(Created), ContentType.Initial with { Name = "article" }))
        .ThenInvalid(
            ("fields.title", "The content type 'article' has no such field."),
            ("fields.rank", "The content type 'article' has no such field."));

    [Fact]
    public void An_archived_item_cannot_be_reverted() => Spec.Given<Item>(Created, Archived)
        .When(Revert(1))
        .ThenRejected("An archived item can't be reverted.");

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>().When(Revert(1)).ThenNotFound("There is no such item.");

    [Fact]
    public void Locales_that_go_make_room_for_those_that_come_back()
    {
        var type = State.Of<ContentType>(new ContentTypeDefined("article", [new("title", "text", Localized: true)]));
        var text = Fields.Parse($$"""{"title":"{{new string('x', 500 * 1024)}}"}""");
        object[] first = [Created with { Fields = Fields.Empty }, .. Locales("a").Select(tag => new ItemLocaleAdded(Id, tag, tag, text))];
        object[] then = [.. first, .. Locales("a").Select(tag => new ItemLocaleRemoved(Id, tag)), .. Locales("b").Select(tag => new ItemLocaleAdded(Id, tag, tag, text))];
        var item = State.Of<Item>(then);
        var reverted = RevertItem.Decide(new RevertItem(Id, 9), item, State.Of<Item>(first), type);
        reverted.Rejection.ShouldBeNull();
        item.After(reverted.Events).Locales.ShouldBe(State.Of<Item>(first).Locales);

        static IEnumerable<string> Locales(string letter) => Enumerable.Range(0, 8).Select(n => $"{letter}{(char)('a' + n)}");
    }

    private static Func<Item, Decision> Revert(long version) =>
        item => RevertItem.Decide(new RevertItem(Id, version), item, State.Of<Item>(Created), Article);
}
