using Platform.Domain.Monitoring;

namespace Platform.Domain.Tests.Monitoring;

public sealed class OperatedProjectionTests
{
    private const string Name = "site_details", Tenant = "a2b3c4d5e6f7";
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001"), OtherId = new("0198c0de-0000-7000-8000-000000000002");
    private static readonly RebuildOutcome Clean = new(100, 7, 1_200, Swapped: true, OnlyInOld: 0, OnlyInNew: 0), Rejected = new(100, 7, 1_200, Swapped: false, Parked: 2);
    private static readonly ProjectionPaused Paused = new(Name, "Disk is full.");
    private static readonly ProjectionRebuildRequested Requested = new(Name, Id, 2, SwapDifferent: false, Tenant, "Looks wrong.");

    private static Spec<OperatedProjection> Given(params object[] events) => Spec.Given<OperatedProjection>(events);

    [Fact]
    public void A_pause_has_a_reason_and_is_recorded_once()
    {
        Given().When(new PauseProjection(Name, false, " Disk is full. ")).Then(Paused);
        Given(Paused).When(new PauseProjection(Name, false, "Again.")).ThenNothing();
        Given(Paused, new ProjectionResumed(Name)).When(new PauseProjection(Name, false, "Disk is full.")).Then(Paused);
        foreach (var missing in new[] { null, "", " \t" })
            Given().When(new PauseProjection(Name, false, missing)).ThenInvalid(("reason", "Is required: it's recorded."));
        Given().When(new PauseProjection(Name, false, new string('x', 1_001))).ThenInvalid(("reason", "Must be at most 1000 characters long."));
        Given().When(new PauseProjection(Name, false, "a\u0007b")).ThenInvalid(("reason", "Must hold no control characters."));
    }

    [Fact]
    public void The_model_that_pauses_are_carried_out_by_cannot_be_paused() =>
        Given().When(new PauseProjection(Name, IsNeeded: true, "Why not.")).ThenRejected("site_details says what is paused; it can't be paused itself.");

    [Fact]
    public void Only_what_is_paused_is_resumed()
    {
        Given(Paused).When(new ResumeProjection(Name)).Then(new ProjectionResumed(Name));
        Given().When(new ResumeProjection(Name)).ThenNothing();
    }

    [Fact]
    public void One_rebuild_at_a_time()
    {
        Given().When(new RequestRebuild(Name, Id, 2, Tenant, false, " Looks wrong. ")).Then(Requested);
        Given(Requested).When(new RequestRebuild(Name, OtherId, 2, null, false, null)).ThenRejected($"site_details is being rebuilt (rebuild {Id}): wait for it, or cancel it.");
        Given(Requested, new ProjectionRebuildFinished(Name, Id, Clean)).When(new RequestRebuild(Name, OtherId, 2, null, true, null)).Then(new ProjectionRebuildRequested(Name, OtherId, 2, true));
        Given(Requested, new ProjectionRebuildCancelled(Name, Id)).When(new RequestRebuild(Name, OtherId, 2, null, true, "")).Then(new ProjectionRebuildRequested(Name, OtherId, 2, true));
    }

    [Fact]
    public void A_rebuild_names_a_tenant_by_its_id()
    {
        Given().When(new RequestRebuild(Name, Id, 2, "*DEFAULT*", false, null)).Then(new ProjectionRebuildRequested(Name, Id, 2, false, "*DEFAULT*"));
        foreach (var wrong in new[] { "", "Example", "A2B3C4D5E6F7", "a2b3c4d5e6f7\n" })
            Given().When(new RequestRebuild(Name, Id, 2, wrong, false, null)).ThenInvalid(("tenantId", "Must be 12 lower-case base32 characters, or *DEFAULT*."));
    }

    [Fact]
    public void Of_several_all_are_rebuilt_or_none()
    {
        var command = new RequestRebuilds(Id, null, false, "After the restore.");
        Decide(command, ("b_model", []), ("a_model", [])).ThenStreams(
            new StreamEvents(Id, new RebuildRequested(Id, ["a_model", "b_model"], false, null, "After the restore.")),
            new StreamEvents(OperatedProjection.IdOf("a_model"), new ProjectionRebuildRequested("a_model", Id, 1, false, null, "After the restore.")),
            new StreamEvents(OperatedProjection.IdOf("b_model"), new ProjectionRebuildRequested("b_model", Id, 1, false, null, "After the restore.")));
        var refused = RequestRebuilds.Decide(command, States(("a_model", []), ("b_model", [new ProjectionRebuildRequested("b_model", OtherId, 1, false)])));
        refused.Rejection!.Detail.ShouldBe("Nothing is rebuilt: not all of the read models can be now.");
        refused.Rejection.Errors.Keys.ShouldBe(["b_model"]);
        Decide(command with { TenantId = "?" }, ("a_model", []), ("b_model", [])).ThenInvalid(("tenantId", "Must be 12 lower-case base32 characters, or *DEFAULT*."));
    }

    [Fact]
    public void A_rebuild_is_cancelled_for_all_models_where_it_is_not_over()
    {
        object Of(string name) => new ProjectionRebuildRequested(name, Id, 1, false);
        Cancel(("a_model", [Of("a_model")]), ("b_model", [Of("b_model"), new ProjectionRebuildFinished("b_model", Id, Clean)]), ("c_model", [Of("c_model")])).ThenStreams(
            new StreamEvents(OperatedProjection.IdOf("c_model"), new ProjectionRebuildCancelled("c_model", Id)),
            new StreamEvents(OperatedProjection.IdOf("a_model"), new ProjectionRebuildCancelled("a_model", Id)));
        Cancel(("c_model", [Of("c_model"), new ProjectionRebuildCancelled("c_model", Id)])).ThenNothing();

        static Outcome Cancel(params (string, object[])[] models) => Spec.Given<OperatedProjection>().When(_ => CancelRebuild.Decide(
            new CancelRebuild("c_model", Id), States(models).ToDictionary(m => m.Key, m => m.Value.State)));
    }

    [Fact]
    public void What_came_of_a_rebuild_is_recorded_once()
    {
        Given(Requested).When(new FinishRebuild(Name, Id, Clean)).Then(new ProjectionRebuildFinished(Name, Id, Clean));
        Given(Requested, new ProjectionRebuildFinished(Name, Id, Clean)).When(new FinishRebuild(Name, Id, Rejected)).ThenNothing();
        Given(Requested, new ProjectionRebuildCancelled(Name, Id)).When(new FinishRebuild(Name, Id, Clean)).ThenNothing();
        Given(Requested).When(new FinishRebuild(Name, OtherId, Clean)).ThenNothing();
    }

    [Fact]
    public void A_version_is_recorded_when_it_is_built_and_once_when_it_is_not_put_in_place()
    {
        object Event(int version, RebuildOutcome outcome) => new ProjectionVersionBuilt(Name, Id, version, outcome);
        Given().When(new RecordBuild(Name, Id, 2, Clean)).Then(Event(2, Clean));
        Given(Event(2, Clean)).When(new RecordBuild(Name, OtherId, 2, Clean)).ThenNothing();
        Given().When(new RecordBuild(Name, Id, 2, Rejected)).Then(Event(2, Rejected));
        Given(Event(2, Rejected)).When(new RecordBuild(Name, OtherId, 2, Rejected)).ThenNothing();
        Given(Event(2, Rejected)).When(new RecordBuild(Name, Id, 2, Clean)).Then(Event(2, Clean));
        Given(Event(2, Clean)).When(new RecordBuild(Name, Id, 3, Rejected)).Then(Event(3, Rejected));
    }

    [Fact]
    public void A_parked_event_is_tried_again_or_left_out_by_a_rebuild_of_its_tenant_with_a_reason()
    {
        ResolveParkedEvent Resolve(bool skip, string? tenant = Tenant, string? reason = "Mended. ") => new(Name, Id, 2, 77, tenant, skip, reason);
        var rebuild = new ProjectionRebuildRequested(Name, Id, 2, false, Tenant, "Mended.");
        Given().When(Resolve(skip: false)).Then(new ParkedEventRetried(Name, 77, Tenant, "Mended."), rebuild);
        Given().When(Resolve(skip: true)).Then(new ParkedEventSkipped(Name, 77, Tenant, "Mended."), rebuild);
        Given().When(Resolve(skip: true, reason: " ")).ThenInvalid(("reason", "Is required: it's recorded."));
        Given().When(Resolve(skip: true, tenant: null)).ThenNotFound("site_details has no event of sequence 77 parked.");
        Given(Requested).When(Resolve(skip: true)).ThenRejected($"site_details is being rebuilt (rebuild {Id}): wait for it, or cancel it.");
        State.Of<OperatedProjection>(new ParkedEventSkipped(Name, 78, Tenant, "x"), new ParkedEventSkipped(Name, 77, Tenant, "x")).Skipped.ShouldBe([77, 78]);
    }

    [Fact]
    public void Only_what_nobody_reads_is_dropped()
    {
        Given().When(new DropGeneration(Name, 3, 1, IsRead: false)).Then(new GenerationDropped(Name, 3, 1));
        Given().When(new DropGeneration(Name, 3, 1, IsRead: true)).ThenRejected("Generation 3 of site_details is what readers see.");
        Given().When(new DropGeneration(Name, 3, null, IsRead: false)).ThenNotFound("site_details has no generation 3.");
        Given(Requested).When(new DropGeneration(Name, 3, 1, IsRead: false)).ThenRejected($"site_details is being rebuilt (rebuild {Id}): wait for it, or cancel it.");
    }

    private static Dictionary<string, (int CodeVersion, OperatedProjection State)> States(params (string Name, object[] Events)[] models) =>
        models.ToDictionary(m => m.Name, m => (1, State.Of<OperatedProjection>(m.Events)));

    private static Outcome Decide(RequestRebuilds command, params (string, object[])[] models) => Given().When(_ => RequestRebuilds.Decide(command, States(models)));
}
