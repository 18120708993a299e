using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class TranslateItemTests
{
    private static readonly ContentType Localised = State.Of<ContentType>(new ContentTypeDefined(
        "article", [new("title", "text", Required: true, Localized: true), new("rank", "number")]));

    private static readonly Fields Licht = Fields.Parse("""{"title":"Licht"}""");
    private static readonly ItemLocaleAdded German = new(Id, "de", "licht", Licht);

    [Fact]
    public void A_further_locale_has_a_slug_of_its_own() => Spec.Given<Item>(Created)
        .When(Translate("de", "licht", """{"title":"Licht"}"""))
        .ThenStreams(
            new StreamEvents(Id, German),
            new StreamEvents(SlugReservation.IdOf(SiteId, "de", "licht"), new SlugReserved(SiteId, "de", "licht", Id)));

    [Fact]
    public void Without_a_slug_it_has_that_of_the_own_locale() => Spec.Given<Item>(Created)
        .When(Translate("de", null, "{}"))
        .Then(new ItemLocaleAdded(Id, "de", "first", Fields.Empty), new SlugReserved(SiteId, "de", "first", Id));

    [Fact]
    public void Only_what_changed_is_recorded_and_an_old_slug_redirects() => Spec.Given<Item>(Created, German)
        .When(Translate("de", "helles-licht", """{"title":"Helles Licht"}"""))
        .Then(
            new ItemLocaleEdited(Id, "de", Fields.Parse("""{"title":"Helles Licht"}"""), []),
            new ItemSlugChanged(Id, "licht", "helles-licht", "de"),
            new SlugRedirected(SiteId, "de", "licht", Id),
            new SlugReserved(SiteId, "de", "helles-licht", Id));

    [Fact]
    public void The_same_again_changes_nothing() => Spec.Given<Item>(Created, German)
        .When(Translate("de", null, """{"title":"Licht"}"""))
        .ThenNothing();

    [Fact]
    public void Fields_that_are_not_localised_are_refused() => Spec.Given<Item>(Created)
        .When(Translate("de", "A", """{"rank":2}"""))
        .ThenInvalid(
            ("slug", "Must be lower-case letters and digits, with single hyphens within and slashes between segments."),
            ("fields.rank", "Isn't localised: it's the same in every locale."));

    [Fact]
    public void The_own_locale_is_edited_in_the_item_itself() => Spec.Given<Item>(Created)
        .When(Translate("en", null, "{}"))
        .ThenInvalid(("locale", "Is the item's own locale: edit the item itself."));

    [Fact]
    public void A_removed_locale_frees_its_slug() => Spec.Given<Item>(Created, German)
        .When(item => RemoveLocale.Decide(new RemoveLocale(Id, "de"), item).Whole(item, Localised))
        .Then(new ItemLocaleRemoved(Id, "de"), new SlugReleased(SiteId, "de", "licht", Id));

    [Fact]
    public void All_locales_go_live_together() => Spec.Given<Item>(Created, German)
        .When(item => PublishItem.Decide(new PublishItem(Id), item, item, Localised))
        .Then(Live(2, Draft, new LocaleVariant("de", "licht", Licht)));

    [Fact]
    public void A_revert_takes_back_all_locales() => Spec.Given<Item>(Created, German, new ItemLocaleEdited(Id, "de", Fields.Empty, ["title"]), new ItemLocaleAdded(Id, "fr", "aube", Fields.Empty))
        .When(item => RevertItem.Decide(new RevertItem(Id, 2), item, State.Of<Item>(Created, German), Localised))
        .Then(new ItemLocaleRemoved(Id, "fr"), new ItemLocaleEdited(Id, "de", Licht, []));

    private static Func<Item, JointDecision> Translate(string locale, string? slug, string fields) =>
        item => TranslateItem.Decide(new TranslateItem(Id, locale, slug, Fields.Parse(fields)), item, Localised).Whole(item, Localised);
}
