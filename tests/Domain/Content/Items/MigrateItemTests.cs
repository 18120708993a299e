using System.Collections.Immutable;
using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class MigrateItemTests
{
    [Fact]
    public void Values_move_with_a_renamed_field() => Migrate([new("headline", "text"), new("rank", "number")], [new("title", "headline")])
        .Then(new ItemMigrated(Id, 2, Fields.Parse("""{"headline":"First light"}"""), ["title"]));

    [Fact]
    public void Values_of_a_field_that_went_leave_the_draft() => Migrate([new("title", "text")])
        .Then(new ItemMigrated(Id, 2, Fields.Empty, ["rank"]));

    [Fact]
    public void Defaults_fill_what_is_missing_and_nothing_else() => Migrate(
            [new("title", "text"), new("rank", "number"), new("note", "text")], defaults: """{"note":"none","rank":9}""")
        .Then(new ItemMigrated(Id, 2, Fields.Parse("""{"note":"none"}"""), []));

    [Theory]
    [InlineData("text", false, "\"1\"")]
    [InlineData("markdown", false, "\"1\"")]
    [InlineData("json", false, null)]
    [InlineData("number", true, "[1]")]
    [InlineData("text", true, "[\"1\"]")]
    public void A_value_is_converted_where_nothing_is_lost(string type, bool many, string? expected) => Migrate([new("title", "text"), new("rank", type, Many: many)])
        .Then(new ItemMigrated(Id, 2, expected is null ? Fields.Empty : Fields.Parse($$"""{"rank":{{expected}}}"""), []));

    [Fact]
    public void What_cannot_be_converted_stays_and_is_told() => Migrate([new("title", "number"), new("rank", "number")])
        .Then(new ItemMigrated(Id, 2, Fields.Empty, [], Problems: ["fields.title: Must be a number within double precision."]));

    [Fact]
    public void A_field_that_is_no_longer_localised_leaves_further_locales() => Spec
        .Given<Item>(Created, new ItemLocaleAdded(Id, "de", "erstes", Fields.Parse("""{"title":"Licht"}""")))
        .When(item => MigrateItem.Decide(new MigrateItem(Id), item, Second([new("title", "text"), new("rank", "number")])))
        .Then(new ItemMigrated(Id, 2, Fields.Empty, [], [new LocaleChange("de", Fields.Empty, ["title"])]));

    [Fact]
    public void Every_version_between_is_a_step() => Spec.Given<Item>(Created)
        .When(item => MigrateItem.Decide(new MigrateItem(Id), item, Second([new("a", "text"), new("rank", "number")], [new("title", "a")])
            .After(new ContentTypeChanged("article", [new("b", "text"), new("rank", "number")], [new("a", "b")], Fields.Empty))))
        .Then(new ItemMigrated(Id, 3, Fields.Parse("""{"b":"First light"}"""), ["title"]));

    [Fact]
    public void An_item_that_follows_its_type_changes_nothing() => Spec.Given<Item>(Created)
        .When(item => MigrateItem.Decide(new MigrateItem(Id), item, Article))
        .ThenNothing();

    [Fact]
    public void An_edit_comes_after_the_migration_that_it_waited_for() => Spec.Given<Item>(Created)
        .When(item => EditItem.Decide(
            new EditItem(Id, Fields.Parse("""{"headline":"Second light","rank":1}""")), item, Second([new("headline", "text"), new("rank", "number")], [new("title", "headline")])))
        .Then(
            new ItemMigrated(Id, 2, Fields.Parse("""{"headline":"First light"}"""), ["title"]),
            new ItemEdited(Id, Fields.Parse("""{"headline":"Second light"}"""), []));

    [Fact]
    public void A_revert_brings_the_fields_of_then_to_the_type_of_now() => Spec.Given<Item>(Created, new ItemEdited(Id, Fields.Parse("""{"title":"Second"}"""), []))
        .When(item => RevertItem.Decide(
            new RevertItem(Id, 1), item, State.Of<Item>(Created), Second([new("headline", "text"), new("rank", "number")], [new("title", "headline")])))
        .Then(
            new ItemMigrated(Id, 2, Fields.Parse("""{"headline":"Second"}"""), ["title"]),
            new ItemEdited(Id, Fields.Parse("""{"headline":"First light"}"""), []));

    [Fact]
    public void What_is_published_is_checked_against_the_type_that_its_fields_follow() => Spec.Given<Item>(Created)
        .When(item => PublishItem.Decide(new PublishItem(Id), item, item, Second([new("other", "text", Required: true)])))
        .Then(Published);

    private static ContentType Second(ImmutableArray<FieldDefinition> fields, ImmutableArray<FieldRename>? renamed = null, string defaults = "{}") =>
        Article.After(new ContentTypeChanged("article", fields, renamed ?? [], Fields.Parse(defaults)));

    private static Outcome Migrate(ImmutableArray<FieldDefinition> fields, ImmutableArray<FieldRename>? renamed = null, string defaults = "{}") =>
        Spec.Given<Item>(Created).When(item => MigrateItem.Decide(new MigrateItem(Id), item, Second(fields, renamed, defaults)));
}
