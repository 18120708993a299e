using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ReleaseTests
{
    private static readonly Guid ReleaseId = new("0198c0de-0000-7000-8000-000000000020");
    private static readonly ReleaseCreated Begun = new(ReleaseId, "Spring");
    private static readonly ReleaseItemSet First = new(ReleaseId, new ReleaseItem(Id, LiveAction.Publish));
    private static readonly ReleaseItemSet Other = new(ReleaseId, new ReleaseItem(OtherId, LiveAction.Unpublish));
    private static readonly ItemCreated OtherCreated = Created with { ItemId = OtherId, Slug = "other" };
    private static readonly ItemPublished OtherPublished = ContentFingerprint.Sign(new(OtherId, 1, Draft), State.Of<Item>(OtherCreated));
    private static readonly ReleasePublished Out = new(ReleaseId, [new ReleaseStep(Id, 1, null, 1), new ReleaseStep(OtherId, 2, 1, null)]);

    [Fact]
    public void A_release_has_a_name()
    {
        Spec.Given<Release>().When(new CreateRelease(ReleaseId, " Spring ")).Then(Begun);
        Spec.Given<Release>().When(new CreateRelease(ReleaseId, "")).ThenInvalid(("name", "Is required."));
    }

    [Fact]
    public void Only_what_changed_is_recorded() => Spec.Given<Release>(Begun, First, Other)
        .When(new ChangeRelease(ReleaseId, "Summer", [First.Item with { Version = 1 }]))
        .Then(
            new ReleaseRenamed(ReleaseId, "Summer"),
            new ReleaseItemRemoved(ReleaseId, OtherId),
            new ReleaseItemSet(ReleaseId, First.Item with { Version = 1 }));

    [Fact]
    public void Items_are_checked_by_their_place() => Spec.Given<Release>(Begun)
        .When(new ChangeRelease(ReleaseId, "Spring", [First.Item, First.Item with { Version = 0 }, null, Other.Item with { Version = 2 }, new ReleaseItem(Guid.Empty, LiveAction.Publish)]))
        .ThenInvalid(
            ("items[1].itemId", "Stands twice."),
            ("items[1].version", "Must be at least 1."),
            ("items[2]", "Must be an object."),
            ("items[3].version", "Only what goes live has a version."),
            ("items[4].itemId", "Is required."));

    [Fact]
    public void A_published_release_is_not_changed() => Spec.Given<Release>(Begun, First, Out)
        .When(new ChangeRelease(ReleaseId, "Summer", []))
        .ThenRejected("The release is published: undo it before it's changed.");

    [Fact]
    public void All_items_change_with_the_release() => Spec.Given<Release>(Begun, First, Other)
        .When(Publish([Created], [OtherCreated, OtherPublished]))
        .ThenStreams(
            new StreamEvents(ReleaseId, Out),
            new StreamEvents(Id, Published),
            new StreamEvents(OtherId, new ItemUnpublished(OtherId)));

    [Fact]
    public void Items_that_are_as_wanted_are_no_steps() => Spec.Given<Release>(Begun, First, Other)
        .When(Publish([Created, Published], [OtherCreated, OtherPublished]))
        .Then(new ReleasePublished(ReleaseId, [new ReleaseStep(OtherId, 2, 1, null)]), new ItemUnpublished(OtherId));

    [Fact]
    public void One_item_that_cannot_go_keeps_back_all() => Publish([Created with { Fields = Fields.Empty }], [OtherCreated])(State.Of<Release>(Begun, First, Other))
        .Rejection!.Errors.ShouldHaveSingleItem().Value.ShouldBe(["fields.title: Is required."]);

    [Fact]
    public void A_release_larger_than_a_transaction_should_be_is_not_published()
    {
        var large = State.Of<Item>(Created with { Fields = Fields.Parse($$"""{"title":"{{new string('a', 500_000)}}"}""") });
        var items = Enumerable.Range(0, 70).Select(n => new Guid(n, 0, 0, new byte[8])).ToList();
        PublishRelease.Decide(
                new PublishRelease(ReleaseId), State.Of<Release>(items.Select(id => (object)new ReleaseItemSet(ReleaseId, new ReleaseItem(id, LiveAction.Publish))).Prepend(Begun)),
                items.ToDictionary(id => id, _ => new ReleasedItem(large, large, Article)))
            .Rejection!.Detail.ShouldBe("All items together take at most 32 MiB: publish them in several releases.");
    }

    [Fact]
    public void An_empty_release_is_not_published() => Spec.Given<Release>(Begun)
        .When(Publish([], []))
        .ThenRejected("The release has no items.");

    [Fact]
    public void A_published_release_is_not_published_again() => Spec.Given<Release>(Begun, First, Other, Out)
        .When(Publish([Created], [OtherCreated]))
        .ThenNothing();

    [Fact]
    public void Undone_everything_is_as_it_was() => Spec.Given<Release>(Begun, First, Other, Out)
        .When(Undo([Created, Published], [OtherCreated, OtherPublished, new ItemUnpublished(OtherId)]))
        .ThenStreams(
            new StreamEvents(ReleaseId, new ReleaseUndone(ReleaseId)),
            new StreamEvents(Id, new ItemUnpublished(Id)),
            new StreamEvents(OtherId, OtherPublished));

    [Fact]
    public void What_changed_since_is_not_undone()
    {
        var rejection = Undo([Created, Published, new ItemUnpublished(Id)], [OtherCreated, OtherPublished, new ItemUnpublished(OtherId)])(State.Of<Release>(Begun, First, Other, Out)).Rejection!;
        (rejection.Kind, rejection.Errors.Single().Key).ShouldBe((RejectionKind.Conflict, $"items.{Id}"));
    }

    [Fact]
    public void What_was_archived_since_stays_archived()
    {
        var rejection = Undo([Created, Published], [OtherCreated, OtherPublished, new ItemUnpublished(OtherId), new ItemArchived(OtherId)])(State.Of<Release>(Begun, First, Other, Out)).Rejection!;
        (rejection.Kind, rejection.Errors.Single().Key).ShouldBe((RejectionKind.Conflict, $"items.{OtherId}"));
    }

    [Fact]
    public void An_open_release_has_nothing_to_undo() => Spec.Given<Release>(Begun, First).When(Undo([Created], [OtherCreated])).ThenNothing();

    private static Func<Release, JointDecision> Publish(object[] first, object[] other) =>
        release => PublishRelease.Decide(new PublishRelease(ReleaseId), release, Items(State.Of<Item>(first), State.Of<Item>(first), State.Of<Item>(other), State.Of<Item>(other)));

    private static Func<Release, JointDecision> Undo(object[] first, object[] other) =>
        release => UndoRelease.Decide(new UndoRelease(ReleaseId), release, Items(State.Of<Item>(first), State.Of<Item>(first[..1]), State.Of<Item>(other), State.Of<Item>(other.Take(2))));

    private static Dictionary<Guid, ReleasedItem> Items(Item first, Item firstThen, Item other, Item otherThen) => new()
    {
        [Id] = new ReleasedItem(first, firstThen, Article),
        [OtherId] = new ReleasedItem(other, otherThen, Article),
    };
}
