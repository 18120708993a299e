using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

public sealed class TenantLifecycleTests
{
    private const string Id = "a2b3c4d5e6f7";
    private static readonly Guid Stream = Tenant.IdOf(Id);
    private static readonly TenantProvisioned Provisioned = new(Id, "Example");
    private static readonly TenantSuspended Suspended = new(Id, "Unpaid");
    private static readonly TenantResumed Resumed = new(Id);
    private static readonly TenantClosed Closed = new(Id, "The contract has ended");

    [Fact]
    public void A_tenant_is_suspended_for_a_reason() => Spec.Given<Tenant>(Provisioned)
        .When(new SuspendTenant(Stream, " Unpaid "))
        .Then(Suspended);

    [Fact]
    public void A_suspended_tenant_is_not_suspended_again() => Spec.Given<Tenant>(Provisioned, Suspended)
        .When(new SuspendTenant(Stream, "Unpaid"))
        .ThenRejected("The tenant is suspended already; its history says why.");

    [Fact]
    public void A_suspended_tenant_is_resumed() => Spec.Given<Tenant>(Provisioned, Suspended)
        .When(new ResumeTenant(Stream))
        .Then(Resumed);

    [Fact]
    public void An_active_tenant_stays_so() => Spec.Given<Tenant>(Provisioned, Suspended, Resumed)
        .When(new ResumeTenant(Stream))
        .ThenNothing();

    [Fact]
    public void A_resumed_tenant_can_be_suspended_again() => Spec.Given<Tenant>(Provisioned, Suspended, Resumed)
        .When(new SuspendTenant(Stream, "Unpaid"))
        .Then(Suspended);

    [Fact]
    public void A_suspended_tenant_can_be_closed() => Spec.Given<Tenant>(Provisioned, Suspended)
        .When(new CloseTenant(Stream, "The contract has ended"))
        .Then(Closed);

    [Fact]
    public void A_closed_tenant_stays_closed()
    {
        const string forGood = "The tenant is closed for good.";
        Spec.Given<Tenant>(Provisioned, Closed).When(new ResumeTenant(Stream)).ThenRejected(forGood);
        Spec.Given<Tenant>(Provisioned, Closed).When(new SuspendTenant(Stream, "x")).ThenRejected(forGood);
        Spec.Given<Tenant>(Provisioned, Closed).When(new CloseTenant(Stream, "x")).ThenRejected(forGood);
        Spec.Given<Tenant>(Provisioned, Closed).When(new RenameTenant(Stream, "x")).ThenRejected(forGood);
    }

    [Fact]
    public void A_tenant_is_renamed_once() => Spec.Given<Tenant>(Provisioned)
        .When(new RenameTenant(Stream, " Other "))
        .Then(new TenantRenamed(Id, "Other"));

    [Fact]
    public void The_same_name_changes_nothing() => Spec.Given<Tenant>(Provisioned)
        .When(new RenameTenant(Stream, "Example"))
        .ThenNothing();

    [Theory]
    [InlineData(null, "Is required.")]
    [InlineData("  ", "Is required.")]
    [InlineData("a\tb", "Must hold no control characters.")]
    public void A_reason_is_a_text(string? reason, string problem)
    {
        Spec.Given<Tenant>(Provisioned).When(new SuspendTenant(Stream, reason)).ThenInvalid(("reason", problem));
        Spec.Given<Tenant>(Provisioned).When(new CloseTenant(Stream, reason)).ThenInvalid(("reason", problem));
        Spec.Given<Tenant>(Provisioned).When(new RenameTenant(Stream, reason)).ThenInvalid(("name", problem));
    }

    [Fact]
    public void A_tenant_that_was_never_provisioned_is_none()
    {
        const string none = "There is no such tenant.";
        Spec.Given<Tenant>().When(new SuspendTenant(Stream, "x")).ThenNotFound(none);
        Spec.Given<Tenant>().When(new ResumeTenant(Stream)).ThenNotFound(none);
        Spec.Given<Tenant>().When(new CloseTenant(Stream, "x")).ThenNotFound(none);
        Spec.Given<Tenant>().When(new RenameTenant(Stream, "x")).ThenNotFound(none);
    }
}
