using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class MergeItemTests
{
    private static readonly ItemEdited Ranked = new(Id, Fields.Parse("""{"rank":2}"""), []);
    private static readonly ItemEdited Told = new(Id, Fields.Parse("""{"body":"Theirs."}"""), ["rank"]);

    [Fact]
    public void Edits_of_other_fields_are_kept() => Merge([Created, Ranked], 1, """{"title":"Dawn","rank":1}""")
        .Then(new ItemEdited(Id, Fields.Parse("""{"title":"Dawn"}"""), []));

    [Fact]
    public void A_field_that_others_put_in_or_took_out_stays_so() => Merge([Created, Told], 1, """{"title":"Dawn","rank":1}""")
        .Then(new ItemEdited(Id, Fields.Parse("""{"title":"Dawn"}"""), []));

    [Fact]
    public void A_field_that_the_edit_takes_out_goes() => Merge([Created, new ItemEdited(Id, Fields.Parse("""{"body":"Theirs."}"""), [])], 1, """{"title":"First light"}""")
        .Then(new ItemEdited(Id, Fields.Empty, ["rank"]));

    [Fact]
    public void What_others_did_already_is_done() => Merge([Created, Ranked], 1, """{"title":"First light","rank":2}""").ThenNothing();

    [Fact]
    public void On_the_current_version_it_is_an_edit() => Merge([Created], 1, """{"title":"Dawn"}""").Then(new ItemEdited(Id, Fields.Parse("""{"title":"Dawn"}"""), ["rank"]));

    [Fact]
    public void The_same_field_changed_to_something_else_is_a_conflict() => Merge([Created, Ranked], 1, """{"title":"Dawn","rank":3}""")
        .ThenStale("Since version 1, others have changed the same fields to something else; nothing was merged.", "fields.rank");

    [Fact]
    public void A_field_taken_out_by_others_and_changed_by_the_edit_is_a_conflict() => Merge([Created, Told], 1, """{"title":"First light","rank":3}""")
        .ThenStale("Since version 1, others have changed the same fields to something else; nothing was merged.", "fields.rank");

    [Fact]
    public void A_result_that_breaks_the_types_rules_is_invalid() => Merge([Created, Ranked], 1, $$"""{"title":"{{new string('x', 21)}}","rank":1}""")
        .ThenInvalid(("fields.title", "Must be at most 20 characters long."));

    [Fact]
    public void What_a_later_version_of_the_type_made_of_the_fields_is_nobodys_edit()
    {
        var type = Article.After(new ContentTypeChanged(
            "article", [new("headline", "text"), new("body", "markdown"), new("rank", "text")], [new FieldRename("title", "headline")], Fields.Empty));
        var item = State.Of<Item>(Created, new ItemEdited(Id, Fields.Parse("""{"body":"Theirs."}"""), []));
        var decision = MergeItem.Decide(new MergeItem(Id, 1, Fields.Parse("""{"headline":"Dawn","rank":"1"}""")), item, State.Of<Item>(Created), type);
        decision.Rejection.ShouldBeNull();
        item.After(decision.Events).Fields.ShouldBe(Fields.Parse("""{"headline":"Dawn","body":"Theirs.","rank":"1"}"""));
    }

    [Fact]
    public void A_default_that_a_later_version_of_the_type_brought_is_not_taken_out_by_who_never_saw_it()
    {
        var type = Article.After(new ContentTypeChanged(
            "article", [new("headline", "text"), new("body", "markdown"), new("rank", "number"), new("colour", "text")],
            [new FieldRename("title", "headline")], Fields.Parse("""{"colour":"red"}""")));
        var item = State.Of<Item>(Created, new ItemEdited(Id, Fields.Parse("""{"body":"Theirs."}"""), []));
        Merged("""{"headline":"Dawn"}""").ShouldBe(Fields.Parse("""{"headline":"Dawn","body":"Theirs.","colour":"red"}"""));
        Merged("""{"rank":1}""").ShouldBe(Fields.Parse("""{"body":"Theirs.","rank":1,"colour":"red"}"""));
        Merged("""{"rank":1,"colour":null}""").ShouldBe(Fields.Parse("""{"body":"Theirs.","rank":1}"""));

        Fields Merged(string fields) => item.After(MergeItem.Decide(new MergeItem(Id, 1, Fields.Parse(fields)), item, State.Of<Item>(Created), type).Events).Fields;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_version_that_the_item_never_had_is_stale(long version) => Merge([Created, Ranked], version, """{"title":"Dawn"}""").ThenStale("The item is at version 2.");

    [Fact]
    public void An_archived_item_cannot_be_edited() => Merge([Created, Archived], 1, """{"title":"Dawn"}""").ThenRejected("An archived item can't be edited.");

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Merge([], 1, """{"title":"Dawn"}""").ThenNotFound("There is no such item.");

    private static Outcome Merge(object[] events, long version, string fields) => Spec.Given<Item>(events).When(item =>
        MergeItem.Decide(new MergeItem(Id, version, Fields.Parse(fields)), item, State.Of<Item>(events.Take((int)version)), Article));
}
