using System.Collections.Immutable;
using Platform.Domain.Content;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Content;

/// <summary>A site, a content type and an item of it, as the tests of this folder begin.</summary>
internal static class Articles
{
    public static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001");
    public static readonly Guid OtherId = new("0198c0de-0000-7000-8000-000000000009");
    public static readonly Guid SiteId = new("0198c0de-0000-7000-8000-000000000002");

    public static readonly ContentType Article = State.Of<ContentType>(new ContentTypeDefined(
        "article",
        [
            new FieldDefinition("title", "text", Required: true, Rules: Fields.Parse("""{"maxLength":20}""")),
            new FieldDefinition("body", "markdown"),
            new FieldDefinition("rank", "number"),
        ]));

    public static readonly HomeSite Home = State.Of<HomeSite>(new SiteCreated(SiteId, "Example", "www.example.org", Fields.Empty));
    public static readonly Fields Draft = Fields.Parse("""{"title":"First light","rank":1}""");
    public static readonly ContentSource Source = new("news/first.md", new string('a', 64));

    public static readonly ItemCreated Created = new(Id, SiteId, "article", "en", "first", Draft);
    public static readonly ItemPublished Published = Live(1, Draft);
    public static readonly ItemArchived Archived = new(Id);

    /// <summary>The publication of what <see cref="Created"/> has become, under the slug that it was created with.</summary>
    public static ItemPublished Live(long version, Fields fields, params ImmutableArray<LocaleVariant> locales) =>
        ContentFingerprint.Sign(new(Id, version, fields, locales.IsEmpty ? null : locales), State.Of<Item>(Created));

    public static readonly Guid FirstSlug = SlugReservation.IdOf(SiteId, "en", "first");
    public static readonly Guid SecondSlug = SlugReservation.IdOf(SiteId, "en", "second");

    /// <summary>A decision on an item with what it touches beyond it, when nothing is taken and no other item there.</summary>
    public static JointDecision Whole(this Decision decision, Item item, ContentType? type = null) => decision.Whole(item, type ?? Article, []);

    /// <summary>As <see cref="Whole(Decision, Item, ContentType?)"/>, after these events in the streams of reservations and other items.</summary>
    public static JointDecision Whole(this Decision decision, Item item, ContentType type, params StreamEvents[] others)
    {
        if (decision.Rejection is { } rejection) return rejection;
        if (decision.Events.IsEmpty) return JointDecision.Nothing;

        var change = ItemChange.Of(item, decision.Events, type);
        return change.Settle(
            change.Needed.ToDictionary(claim => claim.StreamId, claim => claim switch
            {
                SlugClaim => After<SlugReservation>(claim.StreamId),
                OverrideClaim => After<OverrideReservation>(claim.StreamId),
                _ => (IReservation)After<ValueReservation>(claim.StreamId),
            }),
            change.References.Select(reference => reference.ItemId).Distinct().ToDictionary(id => id, After<Item>));

        TState After<TState>(Guid id) where TState : IState<TState> => State.Of<TState>(others.Where(o => o.StreamId == id).SelectMany(o => o.Events));
    }

    /// <summary>Another item has this slug.</summary>
    public static StreamEvents Taken(string slug) => new(SlugReservation.IdOf(SiteId, "en", slug), new SlugReserved(SiteId, "en", slug, OtherId));
}
