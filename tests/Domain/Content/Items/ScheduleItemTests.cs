using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class ScheduleItemTests
{
    private static readonly DateTimeOffset Now = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddHours(1);
    private static readonly ItemScheduled Scheduled = new(Id, Later, Later.AddDays(1));

    [Fact]
    public void An_item_is_scheduled_to_the_microsecond() => Spec.Given<Item>(Created)
        .When(new ScheduleItem(Id, Later.AddTicks(7), null, 1, Now))
        .Then(new ItemScheduled(Id, Later, null, 1));

    [Fact]
    public void The_same_schedule_changes_nothing() => Spec.Given<Item>(Created, Scheduled)
        .When(new ScheduleItem(Id, Later, Later.AddDays(1), null, Now))
        .ThenNothing();

    [Fact]
    public void Times_are_ahead_and_in_order()
    {
        Spec.Given<Item>(Created).When(new ScheduleItem(Id, Now, Now, null, Now)).ThenInvalid(("publishAt", "Must be later than now."), ("unpublishAt", "Must be later than now."));
        Spec.Given<Item>(Created).When(new ScheduleItem(Id, Later, Later, null, Now)).ThenInvalid(("unpublishAt", "Must be later than publishAt."));
        Spec.Given<Item>(Created).When(new ScheduleItem(Id, null, null, null, Now)).ThenInvalid(("publishAt", "Give publishAt, unpublishAt or both."));
        Spec.Given<Item>(Created).When(new ScheduleItem(Id, Later, null, 9, Now)).ThenInvalid(("version", "Must be from 1 to 1, the item's version."));
    }

    [Fact]
    public void What_is_not_live_goes_off_the_air_only_after_it_went_live() => Spec.Given<Item>(Created)
        .When(new ScheduleItem(Id, null, Later, null, Now))
        .ThenRejected("The item isn't live, so it can't go off the air: give publishAt as well.");

    [Fact]
    public void What_is_due_is_done_and_the_rest_stays()
    {
        Spec.Given<Item>(Created, Scheduled).When(Run(LiveAction.Publish, Later)).Then(Published, new ItemScheduleFulfilled(Id, LiveAction.Publish, Later));
        State.Of<Item>(Created, Scheduled, new ItemScheduleFulfilled(Id, LiveAction.Publish, Later)).Schedule.ShouldBe(new ItemSchedule(null, Later.AddDays(1), null));
    }

    [Fact]
    public void The_version_named_goes_live() => Spec.Given<Item>(Created, new ItemEdited(Id, Fields.Parse("""{"title":"Second"}"""), []), new ItemScheduled(Id, Later, null, 1))
        .When(item => RunSchedule.Decide(new RunSchedule(Id, LiveAction.Publish, Later), item, State.Of<Item>(Created), Article))
        .Then(Published, new ItemScheduleFulfilled(Id, LiveAction.Publish, Later));

    [Fact]
    public void What_was_done_is_not_done_again() => Spec.Given<Item>(Created, Scheduled, Published, new ItemScheduleFulfilled(Id, LiveAction.Publish, Later))
        .When(Run(LiveAction.Publish, Later))
        .ThenNothing();

    [Fact]
    public void Another_schedule_is_left_alone() => Spec.Given<Item>(Created, Scheduled, new ItemScheduled(Id, Later.AddDays(2)))
        .When(Run(LiveAction.Publish, Later))
        .ThenNothing();

    [Fact]
    public void What_somebody_published_meanwhile_stays_published_once() => Spec.Given<Item>(Created, Scheduled, Published)
        .When(Run(LiveAction.Publish, Later))
        .Then(new ItemScheduleFulfilled(Id, LiveAction.Publish, Later));

    [Fact]
    public void What_cannot_be_done_is_recorded_and_not_tried_again() => Spec.Given<Item>(Created, new ItemEdited(Id, Fields.Empty, ["title"]), Scheduled)
        .When(Run(LiveAction.Publish, Later))
        .Then(new ItemScheduleFailed(Id, LiveAction.Publish, Later, "fields.title: Is required."));

    [Fact]
    public void A_failure_of_a_schedule_leaves_the_one_that_came_meanwhile() =>
        Spec.Given<Item>(Created, Scheduled, new ItemScheduled(Id, Later.AddDays(1)))
            .When(item => RunSchedule.Failed(new RunSchedule(Id, LiveAction.Publish, Later), item, Reject.Conflict("The slug is taken.")))
            .ThenNothing();

    [Fact]
    public void An_archived_item_has_no_schedule() => Spec.Given<Item>(Created, Scheduled, Archived)
        .When(Run(LiveAction.Publish, Later))
        .ThenNothing();

    [Fact]
    public void A_schedule_can_be_taken_back()
    {
        Spec.Given<Item>(Created, Scheduled).When(new CancelSchedule(Id)).Then(new ItemScheduleCancelled(Id));
        Spec.Given<Item>(Created, Scheduled, new ItemScheduleCancelled(Id)).When(new CancelSchedule(Id)).ThenNothing();
    }

    private static Func<Item, Decision> Run(LiveAction action, DateTimeOffset at) =>
        item => RunSchedule.Decide(new RunSchedule(Id, action, at), item, item, Article);
}
