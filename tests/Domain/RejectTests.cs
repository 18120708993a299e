namespace Platform.Domain.Tests;

public sealed class RejectTests
{
    [Fact]
    public void One_wrong_field_speaks_for_itself()
    {
        var rejection = Reject.Invalid("slug", "Is required.");
        (rejection.Kind, rejection.Detail).ShouldBe((RejectionKind.Invalid, "Is required."));
        rejection.Errors["slug"].ShouldBe(["Is required."]);
    }

    [Fact]
    public void Several_wrong_fields_are_told_at_once()
    {
        var rejection = new FieldErrors().Add("b", "One.").Add("a", "Two.").Add("b", "Three.").Add("c", (string?)null).Rejection;
        rejection.ShouldNotBeNull().Detail.ShouldBe("2 fields aren't valid.");
        rejection.Errors.Keys.ShouldBe(["a", "b"]);
        rejection.Errors["b"].ShouldBe(["One.", "Three."]);
    }

    [Fact]
    public void No_wrong_field_is_no_rejection() => new FieldErrors().Add("a", (string?)null).Rejection.ShouldBeNull();

    [Fact]
    public void A_rejection_is_a_decision_without_events()
    {
        Decision decision = Reject.Conflict("No.");
        (decision.Accepted, decision.Events.Length, decision.Rejection!.Detail).ShouldBe((false, 0, "No."));

        JointDecision joint = Reject.NotFound("None.");
        (joint.Accepted, joint.Streams.Length, joint.Rejection!.Kind).ShouldBe((false, 0, RejectionKind.NotFound));
    }

    [Fact]
    public void Streams_without_events_are_left_out_of_a_joint_decision() =>
        JointDecision.Of(new StreamEvents(Guid.Empty), new StreamEvents(Guid.AllBitsSet, "event"))
            .Streams.ShouldHaveSingleItem().StreamId.ShouldBe(Guid.AllBitsSet);
}
