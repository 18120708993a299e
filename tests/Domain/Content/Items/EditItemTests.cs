using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class EditItemTests
{
    [Fact]
    public void Only_what_changed_is_recorded() => Spec.Given<Item>(Created)
        .When(Edit("""{"title":"First light","body":"Dawn."}"""))
        .Then(new ItemEdited(Id, Fields.Parse("""{"body":"Dawn."}"""), ["rank"]));

    [Fact]
    public void The_same_fields_again_change_nothing() => Spec.Given<Item>(Created)
        .When(Edit("""{"rank":1.0,"title":"First light","body":null}"""))
        .ThenNothing();

    [Fact]
    public void Another_state_of_the_same_file_is_recorded_even_if_no_field_changed() => Spec.Given<Item>(Created with { Source = Source })
        .When(item => EditItem.Decide(new EditItem(Id, Draft, Source with { Sha256 = new string('b', 64) }), item, Article))
        .Then(new ItemEdited(Id, Fields.Empty, [], Source with { Sha256 = new string('b', 64) }));

    [Fact]
    public void The_same_file_again_changes_nothing() => Spec.Given<Item>(Created with { Source = Source })
        .When(item => EditItem.Decide(new EditItem(Id, Draft, Source), item, Article))
        .ThenNothing();

    [Fact]
    public void An_edit_by_hand_leaves_the_source_as_it_was() =>
        State.Of<Item>(Created with { Source = Source }, new ItemEdited(Id, Fields.Empty, ["rank"])).Source.ShouldBe(Source);

    [Fact]
    public void An_edit_of_the_source_alone_is_no_new_content() =>
        State.Of<Item>(Created, new ItemEdited(Id, Fields.Empty, [], Source)).ContentVersion.ShouldBe(1);

    [Fact]
    public void An_edit_leaves_what_is_live_as_it_is() =>
        State.Of<Item>(Created, Published, new ItemEdited(Id, Fields.Empty, ["rank"])).Live?.Version.ShouldBe(1);

    [Fact]
    public void Fields_are_checked() => Spec.Given<Item>(Created)
        .When(Edit("""{"title":"A title of more than twenty characters","rank":"high"}"""))
        .ThenInvalid(("fields.title", "Must be at most 20 characters long."), ("fields.rank", "Must be a number within double precision."));

    [Fact]
    public void The_source_is_checked() => Spec.Given<Item>(Created)
        .When(item => EditItem.Decide(new EditItem(Id, Draft, Source with { Sha256 = "A" }), item, Article))
        .ThenInvalid(("source.sha256", "Must be 64 lower-case hex digits."));

    [Fact]
    public void An_archived_item_cannot_be_edited() => Spec.Given<Item>(Created, Archived)
        .When(Edit("{}"))
        .ThenRejected("An archived item can't be edited.");

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Spec.Given<Item>().When(Edit("{}")).ThenNotFound("There is no such item.");

    [Fact]
    public void After_an_edit_the_item_has_the_fields_of_the_command_and_repeating_it_changes_nothing() =>
        Prop.ForAll<NonNull<string>?, NonNull<string>?, int?>((title, body, rank) =>
        {
            var wanted = new Dictionary<string, object?> { ["title"] = Short(title), ["body"] = body?.Get, ["rank"] = rank };
            var command = new EditItem(Id, Fields.Parse(JsonSerializer.Serialize(wanted)));
            var before = State.Of<Item>(Created);
            var after = before.After(EditItem.Decide(command, before, Article).Events);

            return after.Fields == command.Fields.WithoutNulls() && EditItem.Decide(command, after, Article) == Decision.Nothing;
        }).QuickCheckThrowOnFailure();

    private static string? Short(NonNull<string>? text) => text?.Get[..Math.Min(20, text.Get.Length)];

    private static Func<Item, Decision> Edit(string fields) =>
        item => EditItem.Decide(new EditItem(Id, Fields.Parse(fields)), item, Article);
}
