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

    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/New_York")]
    public void A_day_is_one_wherever_the_program_runs(string zone)
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            var type = State.Of<ContentType>(
                new ContentTypeDefined("article", [new("first", "datetime"), new("last", "datetime")]),
                new ContentTypeChanged("article", [new("first", "date"), new("last", "date")], [], Fields.Empty));
            Spec.Given<Item>(Created with { Fields = Fields.Parse("""{"first":"0001-01-01T00:00:00Z","last":"2030-06-01T00:00:00Z"}""") })
                .When(item => MigrateItem.Decide(new MigrateItem(Id), item, type))
                .Then(new ItemMigrated(Id, 2, Fields.Parse("""{"first":"0001-01-01","last":"2030-06-01"}"""), []));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Fact]
    public void A_text_that_becomes_a_reference_to_nothing_keeps_no_item_from_following_its_type()
    {
        var type = Article.After(new ContentTypeChanged("article", [new("title", "reference")], [], Fields.Empty));
        var fields = Fields.Parse($$"""{"title":"{{OtherId}}"}""");
        Spec.Given<Item>(Created with { Fields = fields })
            .When(item => MigrateItem.Decide(new MigrateItem(Id), item, type).Whole(item, type))
            .Then(new ItemMigrated(Id, 2, Fields.Empty, []));
        Spec.Given<Item>(Created)
            .When(item => EditItem.Decide(new EditItem(Id, fields), item, type).Whole(item, type))
            .ThenInvalid(("fields.title", "There is no such item."));
    }

    [Fact]
    public void What_a_new_rule_has_against_a_further_locale_is_told_and_keeps_it_from_going_live()
    {
        var type = Second([new("title", "text", Localized: true, Rules: Fields.Parse("""{"maxLength":12}""")), new("rank", "number")]);
        var item = State.Of<Item>(Created, new ItemLocaleAdded(Id, "de", "erstes", Fields.Parse("""{"title":"Das allererste Licht"}""")));
        var migrated = MigrateItem.Decide(new MigrateItem(Id), item, type).Events;
        migrated.Single().ShouldBeOfType<ItemMigrated>().Problems!.Value.ShouldBe(["locales.de.fields.title: Must be at most 12 characters long."]);
        var after = item.After(migrated);
        new Outcome(PublishItem.Decide(new PublishItem(Id), after, after, type).Rejection, [])
            .ThenInvalid(("locales.de.fields.title", "Must be at most 12 characters long."));
    }

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
