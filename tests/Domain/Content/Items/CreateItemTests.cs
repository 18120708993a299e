using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class CreateItemTests
{
    private static readonly CreateItem Command = new(Id, SiteId, "article", "en", "first", Draft);

    [Fact]
    public void An_item_starts_and_its_slug_is_reserved() => Create(Command).ThenStreams(
        new StreamEvents(Id, Created),
        new StreamEvents(FirstSlug, new SlugReserved(SiteId, "en", "first", Id)));

    [Fact]
    public void The_file_it_came_from_is_recorded() => Create(Command with { Source = Source }).Then(
        Created with { Source = Source },
        new SlugReserved(SiteId, "en", "first", Id));

    [Fact]
    public void A_draft_may_lack_required_fields_and_nulls_are_dropped() =>
        Create(Command with { Fields = Fields.Parse("""{"title":null,"rank":1}""") }).Then(
            Created with { Fields = Fields.Parse("""{"rank":1}""") },
            new SlugReserved(SiteId, "en", "first", Id));

    [Fact]
    public void An_id_is_used_once() => Spec.Given<Item>(Created)
        .When(item => CreateItem.Decide(Command, item, Article, Home))
        .ThenRejected($"The item {Id} already exists.");

    [Fact]
    public void A_slug_taken_by_another_item_is_refused() => Spec.Given<Item>()
        .When(item => CreateItem.Decide(Command, item, Article, Home).Whole(item, Article, Taken("first")))
        .ThenTaken("slug", $"The slug 'first' is taken by item {OtherId}.");

    [Fact]
    public void A_released_slug_is_free_again() => Spec.Given<Item>()
        .When(item => CreateItem.Decide(Command, item, Article, Home).Whole(
            item, Article, new StreamEvents(FirstSlug, new SlugReserved(SiteId, "en", "first", OtherId), new SlugReleased(SiteId, "en", "first", OtherId))))
        .Then(Created, new SlugReserved(SiteId, "en", "first", Id));

    [Fact]
    public void Everything_wrong_is_told_at_once() => Spec.Given<Item>()
        .When(item => CreateItem.Decide(
            new CreateItem(Id, SiteId, "article", "EN", "", Fields.Parse("""{"nope":1}"""), new ContentSource("", "x")),
            item, Article, HomeSite.Initial))
        .ThenInvalid(
            ("siteId", "There is no such site."),
            ("locale", "Must be a language tag such as en or de-AT, its language in lower case."),
            ("slug", "Is required."),
            ("fields.nope", "The content type 'article' has no such field."),
            ("source.path", "Must be 1-1024 characters, none of them a control character."),
            ("source.sha256", "Must be 64 lower-case hex digits."));

    [Fact]
    public void An_unknown_content_type_is_told_alone() => Spec.Given<Item>()
        .When(item => CreateItem.Decide(Command, item, ContentType.Initial, Home))
        .ThenInvalid(("type", "There is no such content type."));

    [Fact]
    public void Locales_that_differ_in_case_share_their_slugs()
    {
        SlugReservation.IdOf(SiteId, "de-AT", "first").ShouldBe(SlugReservation.IdOf(SiteId, "de-at", "first"));
        SlugReservation.IdOf(SiteId, "de", "first").ShouldNotBe(SlugReservation.IdOf(SiteId, "en", "first"));
    }

    private static Outcome Create(CreateItem command) =>
        Spec.Given<Item>().When(item => CreateItem.Decide(command, item, Article, Home).Whole(item));
}
