using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ItemClaimsTests
{
    private static readonly ContentType Product = State.Of<ContentType>(new ContentTypeDefined("article",
    [
        new("sku", "text", Rules: Fields.Parse("""{"unique":true}""")),
        new("name", "text", Localized: true, Rules: Fields.Parse("""{"unique":true}""")),
        new("weight", "number", Rules: Fields.Parse("""{"unique":true}""")),
    ]));

    private static readonly ItemCreated Apple = Created with { Fields = Fields.Parse("""{"sku":"a-1"}""") };

    [Fact]
    public void A_unique_value_is_reserved_with_the_edit_that_brings_it() => Spec.Given<Item>(Apple)
        .When(Edit("""{"sku":"a-2"}"""))
        .Then(
            new ItemEdited(Id, Fields.Parse("""{"sku":"a-2"}"""), []),
            new ValueReleased("article", "sku", "\"a-1\"", Id),
            new ValueReserved("article", "sku", "\"a-2\"", Id));

    [Fact]
    public void A_value_that_another_item_has_is_refused() => Spec.Given<Item>(Apple)
        .When(Edit("""{"sku":"a-2"}""", new StreamEvents(ValueReservation.IdOf("article", "sku", null, "\"a-2\""), new ValueReserved("article", "sku", "\"a-2\"", OtherId))))
        .ThenTaken("fields.sku", $"The value of the field 'sku' is taken by item {OtherId}.");

    [Fact]
    public void What_is_live_keeps_its_value_from_others() => Spec.Given<Item>(Apple, new ItemPublished(Id, 1, Apple.Fields))
        .When(Edit("""{"sku":"a-2"}"""))
        .Then(
            new ItemEdited(Id, Fields.Parse("""{"sku":"a-2"}"""), []),
            new ValueReserved("article", "sku", "\"a-2\"", Id));

    [Fact]
    public void Once_another_version_is_live_the_old_value_is_free() =>
        Spec.Given<Item>(Apple, new ItemPublished(Id, 1, Apple.Fields), new ItemEdited(Id, Fields.Parse("""{"sku":"a-2"}"""), []))
            .When(item => PublishItem.Decide(new PublishItem(Id), item, item, Product).Whole(item, Product))
            .Then(ContentFingerprint.Sign(new ItemPublished(Id, 3, Fields.Parse("""{"sku":"a-2"}""")), State.Of<Item>(Apple)), new ValueReleased("article", "sku", "\"a-1\"", Id));

    [Fact]
    public void One_number_is_one_value_however_it_is_written() => Spec.Given<Item>(Apple)
        .When(Edit("""{"sku":"a-1","weight":1.0}""", new StreamEvents(ValueReservation.IdOf("article", "weight", null, "1"), new ValueReserved("article", "weight", "1", OtherId))))
        .ThenTaken("fields.weight", $"The value of the field 'weight' is taken by item {OtherId}.");

    [Fact]
    public void One_reference_is_one_value_however_its_letters_are_cased()
    {
        var type = State.Of<ContentType>(new ContentTypeDefined("article", [new("about", "reference", Rules: Fields.Parse("""{"unique":true}"""))]));
        IEnumerable<Guid> Of(string id) => ItemClaims.Of(State.Of<Item>(Created with { Fields = Fields.Parse($$"""{"about":"{{id}}"}""") }), type).Keys;
        Of($"{OtherId}".ToUpperInvariant()).ShouldBe(Of($"{OtherId}"), ignoreOrder: true);
    }

    [Fact]
    public void A_localised_value_is_unique_in_its_locale() => Spec.Given<Item>(Apple)
        .When(Edit("""{"sku":"a-1","name":"Gift"}""", new StreamEvents(ValueReservation.IdOf("article", "name", "de", "\"Gift\""), new ValueReserved("article", "name", "\"Gift\"", OtherId, "de"))))
        .Then(new ItemEdited(Id, Fields.Parse("""{"name":"Gift"}"""), []), new ValueReserved("article", "name", "\"Gift\"", Id, "en"));

    [Fact]
    public void An_archived_item_gives_up_everything() => Spec.Given<Item>(Apple)
        .When(item => ArchiveItem.Decide(new ArchiveItem(Id), item).Whole(item, Product))
        .ThenStreams([.. new[]
        {
            new StreamEvents(FirstSlug, new SlugReleased(SiteId, "en", "first", Id)),
            new StreamEvents(ValueReservation.IdOf("article", "sku", null, "\"a-1\""), new ValueReleased("article", "sku", "\"a-1\"", Id)),
        }.OrderBy(stream => stream.StreamId).Prepend(new StreamEvents(Id, Archived))]);

    private static Func<Item, JointDecision> Edit(string fields, params StreamEvents[] others) =>
        item => EditItem.Decide(new EditItem(Id, Fields.Parse(fields)), item, Product).Whole(item, Product, others);
}
