using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class EditLeaseTests
{
    private static readonly DateTimeOffset Now = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = Now + EditLease.Term;
    private static readonly EditLeaseTaken Taken = new(Id, "ann", Until);

    [Fact]
    public void A_free_lease_is_taken() => Spec.Given<EditLease>().When(Take("ann", Now)).Then(Taken);

    [Fact]
    public void A_lease_that_ran_out_is_taken() => Spec.Given<EditLease>(Taken).When(Take("bea", Until)).Then(new EditLeaseTaken(Id, "bea", Until + EditLease.Term));

    [Fact]
    public void A_heartbeat_in_the_first_half_changes_nothing() => Spec.Given<EditLease>(Taken).When(Take("ann", Now.AddSeconds(59))).ThenNothing();

    [Fact]
    public void A_heartbeat_in_the_second_half_renews() =>
        Spec.Given<EditLease>(Taken).When(Take("ann", Now.AddSeconds(60))).Then(new EditLeaseRenewed(Id, "ann", Now.AddSeconds(180)));

    [Fact]
    public void Another_holder_is_told_who_has_it() => Spec.Given<EditLease>(Taken).When(Take("bea", Now))
        .ThenRejected("ann edits this item until 2030-06-01T12:02:00.0000000+00:00. Send takeOver: true to take the lease over.");

    [Fact]
    public void Taking_over_says_from_whom() =>
        Spec.Given<EditLease>(Taken).When(Take("bea", Now, takeOver: true)).Then(new EditLeaseTakenOver(Id, "ann", "bea", Until));

    [Fact]
    public void The_holder_gives_it_back_and_nobody_else_does()
    {
        Spec.Given<EditLease>(Taken).When(lease => ReleaseEditLease.Decide(new ReleaseEditLease(Id, "ann", Now), lease, State.Of<Item>(Created))).Then(new EditLeaseReleased(Id, "ann"));
        Spec.Given<EditLease>(Taken).When(lease => ReleaseEditLease.Decide(new ReleaseEditLease(Id, "bea", Now), lease, State.Of<Item>(Created))).ThenNothing();
        Spec.Given<EditLease>().When(lease => ReleaseEditLease.Decide(new ReleaseEditLease(Id, "ann", Now), lease, Item.Initial)).ThenNotFound("There is no such item.");
        Spec.Given<EditLease>(Taken, new EditLeaseReleased(Id, "ann")).When(Take("bea", Now)).Then(new EditLeaseTaken(Id, "bea", Until));
    }

    [Fact]
    public void There_is_none_for_an_archived_item_or_one_that_does_not_exist()
    {
        Spec.Given<EditLease>().When(lease => TakeEditLease.Decide(new TakeEditLease(Id, "ann", false, Now), lease, State.Of<Item>(Created, Archived)))
            .ThenRejected("An archived item can't be edited.");
        Spec.Given<EditLease>().When(lease => TakeEditLease.Decide(new TakeEditLease(Id, "ann", false, Now), lease, Item.Initial)).ThenNotFound("There is no such item.");
    }

    private static Func<EditLease, Decision> Take(string holder, DateTimeOffset now, bool takeOver = false) =>
        lease => TakeEditLease.Decide(new TakeEditLease(Id, holder, takeOver, now), lease, State.Of<Item>(Created));
}
