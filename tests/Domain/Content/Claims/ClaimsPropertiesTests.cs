using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

/// <summary>Three items on two sites, their type and their reservations, through any sequence of commands.</summary>
public sealed class ClaimsPropertiesTests
{
    private static readonly Gen<Step> Steps =
        from verb in Gen.Elements([.. Enum.GetValues<Verb>(), Verb.Create, Verb.Edit, Verb.Publish, Verb.Publish, Verb.Migrate])
        from item in Gen.Choose(0, 2)
        from first in Gen.Choose(0, 5)
        from second in Gen.Choose(0, 5)
        select new Step(verb, item, first, second);

    [Fact]
    public void What_is_reserved_is_what_the_items_claim() => Always(world =>
        world.Held.ShouldBe(world.Items.SelectMany(item => ItemClaims.Of(item, world.Type).Keys.Select(claim => (claim, item.ItemId))), ignoreOrder: true));

    [Fact]
    public void No_slug_of_a_site_and_locale_belongs_to_two_items() => Always(world =>
        world.Items.Where(item => item.Status is not ItemStatus.Archived).SelectMany(item => item.Placements.Add(item.SiteId).SelectMany(site => item.Locales
            .Select(variant => (site, variant.Locale.ToLowerInvariant(), variant.Slug)).Append((site, item.Locale, item.Slug)))).ShouldBeUnique());

    [Fact]
    public void No_unique_value_belongs_to_two_items() => Always(world => world.Items.Where(item => item.Status is not ItemStatus.Archived)
        .SelectMany(item => new[] { item.Fields, item.Live?.Fields }.OfType<Fields>()
            .SelectMany(fields => world.UniqueNames(item).Where(name => fields.Find(name) is not null).Select(name => $"{name} {fields.Find(name)}")).Distinct())
        .ShouldBeUnique());

    [Fact]
    public void An_archived_item_holds_nothing() => Always(world =>
        world.Held.ShouldNotContain(held => world.Items.Any(item => item.ItemId == held.Holder && item.Status == ItemStatus.Archived)));

    [Fact]
    public void Every_item_can_follow_its_type() => Always(world =>
        world.Items.ShouldAllBe(item => world.Migrate(item).Accepted));

    private static void Always(Action<World> holds) => Prop.ForAll(Steps.ArrayOf(60).ToArbitrary(), steps =>
    {
        var world = new World();
        foreach (var step in steps)
        {
            world.Run(step);
            holds(world);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(80));

    private enum Verb { Create, Edit, Translate, RemoveLocale, ChangeSlug, Place, Unplace, Publish, Unpublish, Archive, Restore, Revert, Migrate, ChangeType }

    private sealed record Step(Verb Verb, int Item, int First, int Second);

    private sealed class World
    {
        private static readonly Guid[] Ids = [Id, OtherId, new("0198c0de-0000-7000-8000-00000000000a")];
        private static readonly Guid[] Sites = [SiteId, new("0198c0de-0000-7000-8000-00000000000b")];
        private static readonly string[] Slugs = ["a", "b", "c"];
        private static readonly string[] Tags = ["de", "de-AT", "de-at"];
        private static readonly Fields Unique = Fields.Parse("""{"unique":true}""");
        private static readonly FieldDefinition Sku = new("sku", "text", Rules: Unique);
        private static readonly FieldDefinition Code = new("code", "text", Rules: Unique);
        private static readonly FieldDefinition Name = new("name", "text", Localized: true, Rules: Unique);

        private static readonly ImmutableArray<FieldDefinition>[] Shapes =
            [[Sku, Name], [Sku with { Rules = null }, Name], [Name], [Code, Name], [Sku, Code], [Code with { Rules = null }]];

        private readonly Dictionary<Guid, ImmutableList<object>> _streams = [];

        public World() => Append(ContentType.IdOf("article"), new ContentTypeDefined("article", Shapes[0]));

        public ContentType Type => Of<ContentType>(ContentType.IdOf("article"));

        public IEnumerable<Item> Items => Ids.Select(Of<Item>).Where(item => item.Exists);

        public IEnumerable<(Guid Claim, Guid Holder)> Held => _streams
            .Select(stream => (stream.Key, stream.Value[0] switch
            {
                SlugReserved => Of<SlugReservation>(stream.Key).HeldBy,
                ValueReserved => Of<ValueReservation>(stream.Key).HeldBy,
                _ => null,
            }))
            .Where(held => held.Item2 is not null).Select(held => (held.Key, held.Item2!.Value));

        public IEnumerable<string> UniqueNames(Item item) =>
            Type.AsOf(item.TypeVersion).Fields.Where(field => field is { Localized: false, Rules: not null }).Select(field => field.Name);

        public JointDecision Migrate(Item item) => Settle(item, MigrateItem.Decide(new MigrateItem(item.ItemId), item, Type));

        public void Run(Step step)
        {
            if (step.Verb is Verb.ChangeType)
            {
                var change = ChangeContentType.Decide(new ChangeContentType("article", Shapes[step.First], [], Fields.Empty), Type);
                Append(ContentType.IdOf("article"), [.. change.Events]);
                return;
            }

            var item = Of<Item>(Ids[step.Item]);
            foreach (var (stream, events) in Settle(item, Decide(step, item)).Streams) Append(stream, [.. events]);
        }

        private Decision Decide(Step step, Item item)
        {
            var id = Ids[step.Item];
            var (site, slug, tag) = (Sites[step.First % 2], Slugs[step.Second % 3], Tags[step.First % 3]);
            var version = Math.Max(1, item.Version - step.First);
            var then = State.Of<Item>(_streams.GetValueOrDefault(id, []).Take((int)version));
            return step.Verb switch
            {
                Verb.Create => CreateItem.Decide(new CreateItem(id, site, "article", "en", slug, Values(step)), item, Type, Home),
                Verb.Edit => EditItem.Decide(new EditItem(id, Values(step)), item, Type),
                Verb.Translate => TranslateItem.Decide(
                    new TranslateItem(id, tag, step.Second > 2 ? null : slug, Fields.Parse($$"""{"name":"{{slug}}"}""")), item, Type),
                Verb.RemoveLocale => RemoveLocale.Decide(new RemoveLocale(id, tag), item),
                Verb.ChangeSlug => ChangeSlug.Decide(new ChangeSlug(id, slug, step.First > 2 ? tag : null), item),
                Verb.Place => PlaceItem.Decide(new PlaceItem(id, site), item, Home),
                Verb.Unplace => UnplaceItem.Decide(new UnplaceItem(id, site), item),
                Verb.Publish => step.Second > 3
                    ? PublishItem.Decide(new PublishItem(id, version), item, then, Type)
                    : PublishItem.Decide(new PublishItem(id), item, item, Type),
                Verb.Unpublish => UnpublishItem.Decide(new UnpublishItem(id), item),
                Verb.Archive => ArchiveItem.Decide(new ArchiveItem(id), item),
                Verb.Restore => RestoreItem.Decide(new RestoreItem(id), item),
                Verb.Revert => RevertItem.Decide(new RevertItem(id, version), item, then, Type),
                _ => MigrateItem.Decide(new MigrateItem(id), item, Type),
            };
        }

        // What the type has no field for is left out, so that most edits are accepted.
        private Fields Values(Step step)
        {
            var all = Fields.Parse($$"""{"sku":"{{step.First % 2}}","code":"{{step.Second % 2}}","name":"{{step.Second}}"}""");
            return all.With(Fields.Empty, all.Values.Keys.Where(name => Type.Fields.All(field => field.Name != name)));
        }

        private JointDecision Settle(Item item, Decision decision) =>
            decision.Whole(item, Type, [.. _streams.Select(stream => new StreamEvents(stream.Key, [.. stream.Value]))]);

        private TState Of<TState>(Guid id) where TState : IState<TState> => State.Of<TState>(_streams.GetValueOrDefault(id, []));

        private void Append(Guid id, params object[] events)
        {
            if (events.Length > 0) _streams[id] = _streams.GetValueOrDefault(id, []).AddRange(events);
        }
    }
}
