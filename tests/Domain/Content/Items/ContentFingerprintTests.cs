using System.Text;
using System.Text.Json;
using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ContentFingerprintTests
{
    private static readonly Item Item = State.Of<Item>(Created);

    // Computed by another implementation: Python's json and hashlib.
    private const string OfTheDraft = "425bdb1e19473741948e7fb865ccf3c085ea725c1fcb13e57e26dc6174fbb8bc";

    [Fact]
    public void It_is_of_the_event_and_of_the_items_type_locale_and_slug()
    {
        Canonical("""{"itemId":"0198c0de-0000-7000-8000-000000000001","version":1,"fields":{"title":"First light","rank":1.0}}""").ShouldBe(
            """{"fields":{"rank":1,"title":"First light"},"itemId":"0198c0de-0000-7000-8000-000000000001","locale":"en","slug":"first","type":"article","version":1}""");
        Published.Fingerprint.ShouldBe(OfTheDraft);
    }

    [Fact]
    public void A_fingerprint_that_the_event_has_already_and_nulls_are_left_out() => ContentFingerprint.Sign(Published, Item).ShouldBe(Published);

    [Fact]
    public void A_member_that_this_program_does_not_know_is_part_of_it_and_a_member_of_the_event_comes_before_the_items() =>
        Canonical("""{"slug":"then","locales":{"de":{}},"fingerprint":"x","note":null}""").ShouldBe("""{"locale":"en","locales":{"de":{}},"slug":"then","type":"article"}""");

    [Fact]
    public void Every_part_of_a_publication_changes_it()
    {
        ItemPublished[] others =
        [
            Live(2, Draft),
            Live(1, Fields.Parse("""{"title":"First light","rank":2}""")),
            Live(1, Fields.Parse("""{"title":"First light"}""")),
            ContentFingerprint.Sign(Published with { Locales = [new LocaleVariant("de", "erstes", Draft)] }, Item),
            ContentFingerprint.Sign(Published with { Locales = [new LocaleVariant("de", "zweites", Draft)] }, Item),
            ContentFingerprint.Sign(Published, Item with { Slug = "second" }),
            ContentFingerprint.Sign(Published, Item with { Locale = "de" }),
            ContentFingerprint.Sign(Published, Item with { Type = "note" }),
            ContentFingerprint.Sign(Published with { ItemId = OtherId }, Item),
        ];
        others.Append(Published).Select(p => p.Fingerprint).ShouldBeUnique();
    }

    private static string Canonical(string published) => Encoding.UTF8.GetString(ContentFingerprint.Canonical(JsonElement.Parse(published), Item));
}
