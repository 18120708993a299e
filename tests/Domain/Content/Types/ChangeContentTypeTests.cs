using System.Collections.Immutable;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class ChangeContentTypeTests
{
    private static readonly FieldDefinition Title = new("title", "text");
    private static readonly FieldDefinition Rank = new("rank", "number");
    private static readonly FieldDefinition Sku = new("sku", "text", Rules: Fields.Parse("""{"unique":true}"""));
    private static readonly ContentTypeDefined Defined = new("article", [Title, Rank, Sku]);

    [Fact]
    public void Fields_may_come_go_and_be_renamed() => Spec.Given<ContentType>(Defined)
        .When(Change([new("headline", "text"), Sku, new("note", "text")], [new("title", "headline")], """{"note":"none"}"""))
        .Then(new ContentTypeChanged("article", [new("headline", "text"), Sku, new("note", "text")], [new("title", "headline")], Fields.Parse("""{"note":"none"}""")));

    [Fact]
    public void The_same_fields_change_nothing() => Spec.Given<ContentType>(Defined)
        .When(Change([Title, Rank, Sku]))
        .ThenNothing();

    [Fact]
    public void A_type_that_was_never_defined_is_not_found() => Spec.Given<ContentType>()
        .When(Change([Title]))
        .ThenNotFound("There is no such content type.");

    [Fact]
    public void Definitions_are_checked_as_in_a_new_type() => Spec.Given<ContentType>(Defined)
        .When(Change([Title, Title, Sku]))
        .ThenInvalid(("fields[1].name", "Stands twice."));

    [Fact]
    public void A_rename_goes_from_a_field_that_leaves_to_one_that_comes() => Spec.Given<ContentType>(Defined)
        .When(Change([Title, Sku, new("level", "number")], [new("nope", "level"), new("title", "level"), new("rank", "gone"), new("rank", "sku")]))
        .ThenInvalid(
            ("renames.nope", "The content type has no such field."),
            ("renames.title", "Is still among the fields."),
            ("renames.rank", "'gone' isn't among the fields."),
            ("renames.rank", "Stands twice."));

    [Fact]
    public void Two_fields_cannot_become_one() => Spec.Given<ContentType>(Defined)
        .When(Change([Sku, new("one", "text")], [new("title", "one"), new("rank", "one")]))
        .ThenInvalid(("renames.rank", "'one' already takes another field's values."));

    [Fact]
    public void Defaults_fit_their_fields() => Spec.Given<ContentType>(Defined)
        .When(Change([Title, Rank, Sku], [], """{"rank":"high","sku":"a","nope":1}"""))
        .ThenInvalid(
            ("defaults.rank", "Must be a number within double precision."),
            ("defaults.sku", "A unique field can't have one value for all items."),
            ("defaults.nope", "Isn't among the fields."));

    [Fact]
    public void Only_a_new_field_can_be_made_unique() => Spec.Given<ContentType>(Defined)
        .When(Change([Title with { Rules = Sku.Rules }, Rank, Sku, Sku with { Name = "isbn" }]))
        .ThenInvalid(("fields[0].rules.unique", "Only a field under a name that the type never had can be made unique, and a unique field keeps its name and type."));

    [Fact]
    public void A_unique_field_keeps_its_type() => Spec.Given<ContentType>(Defined)
        .When(Change([Title, Rank, Sku with { Type = "number" }]))
        .ThenInvalid(("fields[2].rules.unique", "Only a field under a name that the type never had can be made unique, and a unique field keeps its name and type."));

    [Fact]
    public void A_name_that_the_type_once_had_cannot_come_back_unique_because_what_is_live_may_still_have_values() => Spec
        .Given<ContentType>(Defined, new ContentTypeChanged("article", [Rank], [], Fields.Empty))
        .When(Change([Rank, Title with { Rules = Sku.Rules }, Sku]))
        .ThenInvalid(
            ("fields[1].rules.unique", "Only a field under a name that the type never had can be made unique, and a unique field keeps its name and type."),
            ("fields[2].rules.unique", "Only a field under a name that the type never had can be made unique, and a unique field keeps its name and type."));

    [Fact]
    public void A_definition_is_bounded_in_size()
    {
        var choices = Fields.Parse($$"""{"oneOf":["{{new string('x', 128 * 1024)}}"]}""");
        Spec.Given<ContentType>(Defined).When(Change([Title with { Rules = choices }]))
            .ThenInvalid(("fields", "The rules of all fields together take at most 128 KiB."));
        Spec.Given<ContentType>(Defined).When(Change([Title], [], $$"""{"title":"{{new string('x', 128 * 1024)}}"}"""))
            .ThenInvalid(("defaults", "All defaults together take at most 128 KiB."));
    }

    [Fact]
    public void All_versions_of_a_type_are_bounded_in_size() => Spec
        .Given<ContentType>([Defined, .. Enumerable.Range(0, 33).Select(_ => new ContentTypeChanged(
            "article", [Title with { Rules = Fields.Parse($$"""{"oneOf":["{{new string('x', 127 * 1024)}}"]}""") }], [], Fields.Empty))])
        .When(Change([Title, Rank]))
        .ThenRejected("All versions of a content type together take at most 4 MiB.");

    [Fact]
    public void A_type_as_of_an_earlier_version_has_the_fields_of_then()
    {
        var type = State.Of<ContentType>(Defined, new ContentTypeChanged("article", [Title], [], Fields.Empty));
        type.AsOf(1).Fields.ShouldBe([Title, Rank, Sku]);
        type.AsOf(2).Fields.ShouldBe([Title]);
    }

    private static Func<ContentType, Decision> Change(ImmutableArray<FieldDefinition> fields, ImmutableArray<FieldRename>? renamed = null, string defaults = "{}") =>
        type => ChangeContentType.Decide(new ChangeContentType("article", fields, renamed ?? [], Fields.Parse(defaults)), type);
}
