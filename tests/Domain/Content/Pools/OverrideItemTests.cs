using System.Collections.Immutable;
using Platform.Domain.Content;
using Platform.Domain.Sites;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

/// <summary>Overrides of shared items: how they begin, and how they follow.</summary>
public sealed class OverrideItemTests
{
    private static readonly Guid Site = new("0198c0de-0000-7000-8000-000000000012");
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HomeSite There = State.Of<HomeSite>(new SiteCreated(Site, "There", "there.example.org", Fields.Empty));

    private static readonly ContentType Post = State.Of<ContentType>(new ContentTypeDefined(
        "article",
        [
            new FieldDefinition("title", "text", Required: true, Localized: true),
            new FieldDefinition("sku", "text", Rules: Fields.Parse("""{"unique":true}""")),
            new FieldDefinition("rank", "number"),
            new FieldDefinition("body", "markdown", Localized: true),
        ]));

    private static readonly ImmutableArray<object> Shared =
    [
        Created, new ItemLocaleAdded(Id, "de", "erstes", Fields.Parse("""{"title":"Erstes Licht"}""")),
        Live(2, Draft, new LocaleVariant("de", "erstes", Fields.Parse("""{"title":"Erstes Licht"}"""))), new ItemShared(Id), new ItemLabelled(Id, ["news"], ["AT"]),
    ];

    private static readonly ImmutableArray<object> Override =
    [
        new ItemCreated(OtherId, Site, "article", "en", "first", Draft), new ItemOverridden(OtherId, Id, 2), new ItemLocaleAdded(OtherId, "de", "erstes", Fields.Parse("""{"title":"Erstes Licht"}""")),
    ];

    [Fact]
    public void An_override_begins_as_what_is_live() => Spec.Given<Item>()
        .When(item => Decide([.. Shared, new ItemEdited(Id, Fields.Parse("""{"title":"Not yet"}"""), [])]).Whole(item, Post))
        .ThenStreams([
            new StreamEvents(OtherId, [.. Override, new ItemLabelled(OtherId, ["news"], ["AT"])]),
            .. new[]
            {
                new StreamEvents(OverrideReservation.IdOf(Site, Id), new OverrideReserved(Site, Id, OtherId)),
                new StreamEvents(SlugReservation.IdOf(Site, "en", "first"), new SlugReserved(Site, "en", "first", OtherId)),
                new StreamEvents(SlugReservation.IdOf(Site, "de", "erstes"), new SlugReserved(Site, "de", "erstes", OtherId)),
            }.OrderBy(stream => stream.StreamId)]);

    [Fact]
    public void It_may_stand_under_another_slug() =>
        ((ItemCreated)Decide(Shared, command => command with { Slug = "here" }).Events[0]).Slug.ShouldBe("here");

    [Fact]
    public void What_cannot_be_overridden_is_refused()
    {
        Refused([Created, Published], "The item isn't shared.");
        Refused([Created, new ItemShared(Id)], "Nothing of the item is published.");
        Refused([.. Shared, Archived], "Nothing of the item is published.");
        Refused([.. Shared, new ItemPlaced(Id, Site)], "The item is placed on the site; take it off there first.");
        Refused([Created, new ItemOverridden(Id, OtherId, 1)], $"The item overrides item {OtherId} itself; override that one.");
        Refused(Shared, "The site's gate doesn't let the item in; its explanation says why.", admitted: false);
        Refused(Shared, $"The item is overridden on the site already, by item {Site}.", known: Site);
        Spec.Given<Item>().When(_ => Decide(Shared, command => command with { SiteId = SiteId })).ThenRejected("The item is at home on the site; edit it.");
        Spec.Given<Item>().When(_ => Decide([])).ThenNotFound("There is no such item.");
        Spec.Given<Item>().When(_ => Decide(Shared, command => command with { Slug = "No" })).ThenInvalid(("slug", Slug.Problem("No")!));
        Spec.Given<Item>().When(_ => OverrideItem.Decide(Command, State.Of<Item>(Shared), Item.Initial, There.After(new SiteArchived(Site)), true, null)).ThenInvalid(("siteId", "The site is archived."));
    }

    [Fact]
    public void Of_two_at_once_one_is_refused() => Spec.Given<Item>()
        .When(item => Decide(Shared).Whole(item, Post, new StreamEvents(OverrideReservation.IdOf(Site, Id), new OverrideReserved(Site, Id, Site))))
        .ThenTaken("siteId", $"The item is overridden on the site already, by item {Site}.");

    [Fact]
    public void It_claims_none_of_the_unique_values_that_stay_the_shared_items()
    {
        var fields = Fields.Parse("""{"title":"First light","sku":"a-1"}""");
        var item = State.Of<Item>(new ItemCreated(OtherId, Site, "article", "en", "first", fields), new ItemOverridden(OtherId, Id, 2));
        ItemClaims.Of(item, Post).Values.ShouldNotContain(claim => claim is ValueClaim);
        ItemClaims.Of(item with { Upstream = null }, Post).Values.ShouldContain(claim => claim is ValueClaim);
    }

    [Fact]
    public void In_the_archive_it_gives_the_place_back() => Spec.Given<Item>(Override)
        .When(item => ArchiveItem.Decide(new ArchiveItem(OtherId), item).Whole(item, Post))
        .ThenStreams([
            new StreamEvents(OtherId, new ItemArchived(OtherId)),
            .. new[]
            {
                new StreamEvents(OverrideReservation.IdOf(Site, Id), new OverrideReleased(Site, Id, OtherId)),
                new StreamEvents(SlugReservation.IdOf(Site, "en", "first"), new SlugReleased(Site, "en", "first", OtherId)),
                new StreamEvents(SlugReservation.IdOf(Site, "de", "erstes"), new SlugReleased(Site, "de", "erstes", OtherId)),
            }.OrderBy(stream => stream.StreamId)]);

    [Fact]
    public void What_only_one_side_changed_is_merged_from_it() => Spec.Given<Item>([.. Override, Edited("""{"rank":7}""")])
        .When(item => Merge(item, Later("""{"title":"Second light","rank":1,"body":"More"}""", """{"title":"Zweites Licht"}""")))
        .Then(
            new ItemEdited(OtherId, Fields.Parse("""{"body":"More","title":"Second light"}"""), []),
            new ItemLocaleEdited(OtherId, "de", Fields.Parse("""{"title":"Zweites Licht"}"""), []),
            new UpstreamMerged(OtherId, Id, 6));

    [Fact]
    public void A_locale_that_came_is_added_and_one_that_went_is_removed_unless_it_was_worked_on()
    {
        var live = Live(7, Draft, new LocaleVariant("fr", "lumiere", Fields.Parse("""{"title":"Lumière"}""")));
        object[] later = [.. Shared, new ItemLocaleRemoved(Id, "de"), new ItemLocaleAdded(Id, "fr", "lumiere", Fields.Parse("""{"title":"Lumière"}""")), live];
        Spec.Given<Item>(Override).When(item => Merge(item, later)).Then(
            new ItemLocaleRemoved(OtherId, "de"),
            new ItemLocaleAdded(OtherId, "fr", "lumiere", Fields.Parse("""{"title":"Lumière"}""")),
            new UpstreamMerged(OtherId, Id, 7));
        var conflict = Spec.Given<Item>([.. Override, new ItemLocaleEdited(OtherId, "de", Fields.Parse("""{"title":"Unser Licht"}"""), [])]);
        conflict.When(item => Merge(item, later, ("locales.de.title", "ours"))).Then(
            new ItemLocaleAdded(OtherId, "fr", "lumiere", Fields.Parse("""{"title":"Lumière"}""")),
            new UpstreamMerged(OtherId, Id, 7));
        conflict.When(item => Merge(item, later, ("locales.de.title", "theirs"))).Then(
            new ItemLocaleRemoved(OtherId, "de"),
            new ItemLocaleAdded(OtherId, "fr", "lumiere", Fields.Parse("""{"title":"Lumière"}""")),
            new UpstreamMerged(OtherId, Id, 7));
    }

    [Fact]
    public void Contradictions_are_told_with_both_values_until_they_are_resolved()
    {
        object[] ours = [.. Override, Edited("""{"title":"Our light","rank":2}""")];
        var later = Later("""{"title":"Second light","rank":1}""");
        var item = State.Of<Item>(ours);
        var refused = Merge(item, later).Rejection!;
        refused.Kind.ShouldBe(RejectionKind.Conflict);
        refused.Errors.Keys.ShouldBe(["fields.title"]);
        var side = refused.Sides.ShouldHaveSingleItem();
        (side.Name, side.Base!.Value.GetString(), side.Current!.Value.GetString(), side.Yours!.Value.GetString()).ShouldBe(("title", "First light", "Second light", "Our light"));

        Spec.Given<Item>(ours).When(state => Merge(state, later, ("title", "ours"))).Then(new UpstreamMerged(OtherId, Id, 6));
        Spec.Given<Item>(ours).When(state => Merge(state, later, ("title", "theirs"))).Then(
            new ItemEdited(OtherId, Fields.Parse("""{"title":"Second light"}"""), []), new UpstreamMerged(OtherId, Id, 6));
        Spec.Given<Item>(ours).When(state => Merge(state, later, ("title", "mine"), ("rank", "ours"))).ThenInvalid(
            ("resolve.rank", "There is nothing to resolve."), ("resolve.title", "Must be ours or theirs."));
    }

    [Fact]
    public void Without_a_later_version_nothing_is_merged()
    {
        Spec.Given<Item>(Override).When(item => Merge(item, Shared)).ThenNothing();
        Spec.Given<Item>(Override).When(item => Merge(item, [.. Shared, new ItemEdited(Id, Fields.Parse("""{"title":"Not yet"}"""), [])])).ThenNothing();
        Spec.Given<Item>(Override).When(item => Merge(item, [.. Shared, new ItemUnshared(Id)])).ThenRejected("The item that it overrides is no longer shared, or nothing of it is published.");
        Spec.Given<Item>(Created).When(item => Merge(item, Shared)).ThenRejected("The item overrides no other.");
        Spec.Given<Item>().When(item => Merge(item, Shared)).ThenNotFound("There is no such item.");
        Spec.Given<Item>([.. Override, new ItemArchived(OtherId)]).When(item => Merge(item, Shared)).ThenRejected("An archived item can't be merged.");
    }

    private static OverrideItem Command { get; } = new(OtherId, Id, Site, null, Noon);

    private static ItemEdited Edited(string fields) => new(OtherId, Fields.Parse(fields), []);

    // Edited at version 6, and in German at 7 where that is given, then published.
    private static ImmutableArray<object> Later(string fields, string? german = null)
    {
        var (set, variant) = (Fields.Parse(fields), Fields.Parse(german ?? """{"title":"Erstes Licht"}"""));
        var edits = german is null ? [new ItemEdited(Id, set, [])] : new object[] { new ItemLocaleEdited(Id, "de", variant, []), new ItemEdited(Id, set, []) };
        // Both at once, so that the live version is 6 either way.
        return [.. Shared.Take(german is null ? 5 : 4), .. edits, Live(6, set, new LocaleVariant("de", "erstes", variant))];
    }

    private static Decision Decide(IEnumerable<object> upstream, Func<OverrideItem, OverrideItem>? with = null, bool admitted = true, Guid? known = null)
    {
        var item = State.Of<Item>(upstream);
        return OverrideItem.Decide(with?.Invoke(Command) ?? Command, item, AsOf(upstream, item.Live?.Version), There, admitted, known);
    }

    private static void Refused(IEnumerable<object> upstream, string detail, bool admitted = true, Guid? known = null) =>
        Spec.Given<Item>().When(_ => Decide(upstream, null, admitted, known)).ThenRejected(detail);

    private static Decision Merge(Item item, IEnumerable<object> upstream, params (string Field, string Side)[] resolve)
    {
        var now = State.Of<Item>(upstream);
        return MergeUpstream.Decide(
            new(OtherId, resolve.ToImmutableSortedDictionary(r => r.Field, r => r.Side, StringComparer.Ordinal)), item, now, AsOf(upstream, item.Upstream?.Version), AsOf(upstream, now.Live?.Version), Post);
    }

    private static Item AsOf(IEnumerable<object> events, long? version) => State.Of<Item>(events.Take((int)(version ?? events.Count())));
}
