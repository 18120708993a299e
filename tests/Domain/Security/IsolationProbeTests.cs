using Platform.Domain.Security;

namespace Platform.Domain.Tests.Security;

public sealed class IsolationProbeTests
{
    private static readonly Guid Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
    private static readonly IsolationProbeRequested Requested = new(Id);
    private static readonly IsolationFinding Finding = new("row-security-off", "public.mt_streams", "Row-level security is off.");

    [Fact]
    public void A_probe_is_asked_for_once()
    {
        Spec.Given<IsolationProbe>().When(new RequestIsolationProbe(Id)).Then(Requested);
        Spec.Given<IsolationProbe>(Requested).When(new RequestIsolationProbe(Id)).ThenNothing();
    }

    [Fact]
    public void Each_finding_is_an_event_before_the_end() => Spec.Given<IsolationProbe>(Requested)
        .When(new RecordIsolationProbe(Id, 3, 2, 18, 9, [Finding]))
        .Then(new IsolationBreached(Id, Finding.Rule, Finding.Subject, Finding.Detail), new IsolationProbed(Id, 3, 2, 18, 9, 1));

    [Fact]
    public void All_are_counted_though_a_hundred_are_recorded()
    {
        var decision = RecordIsolationProbe.Decide(new RecordIsolationProbe(Id, 3, 2, 18, 9, [.. Enumerable.Repeat(Finding, 250)]), State.Of<IsolationProbe>([Requested]));
        decision.Events.Length.ShouldBe(101);
        decision.Events[^1].ShouldBe(new IsolationProbed(Id, 3, 2, 18, 9, 250));
    }

    [Fact]
    public void What_was_found_is_recorded_once() => Spec.Given<IsolationProbe>(Requested, new IsolationProbed(Id, 3, 2, 18, 9, 0))
        .When(new RecordIsolationProbe(Id, 3, 2, 18, 9, [Finding]))
        .ThenNothing();

    [Fact]
    public void What_was_never_asked_for_is_not_recorded() => Spec.Given<IsolationProbe>()
        .When(new RecordIsolationProbe(Id, 3, 2, 18, 9, []))
        .ThenNotFound("There is no such probe.");
}
