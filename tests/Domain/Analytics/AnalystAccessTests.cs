using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class AnalystAccessTests
{
    private static readonly AnalystAccessGranted Granted = new("Weekly report");
    private static readonly AnalystAccessRevoked Revoked = new("Not needed any more.");

    [Fact]
    public void The_first_time_access_is_granted_and_from_then_on_the_password_changes()
    {
        Spec.Given<AnalystAccess>().When(new GrantAnalystAccess(" Weekly report ")).Then(Granted);
        Spec.Given<AnalystAccess>(Granted).When(new GrantAnalystAccess("Laptop lost")).Then(new AnalystPasswordRotated("Laptop lost"));
        Spec.Given<AnalystAccess>(Granted, Revoked).When(new GrantAnalystAccess("Weekly report")).Then(Granted);
    }

    [Fact]
    public void Access_is_revoked_once()
    {
        Spec.Given<AnalystAccess>(Granted).When(new RevokeAnalystAccess("Not needed any more.")).Then(Revoked);
        Spec.Given<AnalystAccess>(Granted, new AnalystPasswordRotated("x")).When(new RevokeAnalystAccess("Not needed any more.")).Then(Revoked);
        Spec.Given<AnalystAccess>(Granted, Revoked).When(new RevokeAnalystAccess("Again")).ThenNothing();
    }

    [Fact]
    public void Without_access_there_is_nothing_to_revoke() =>
        Spec.Given<AnalystAccess>().When(new RevokeAnalystAccess("x")).ThenNotFound("The tenant's analysts have no login.");

    [Fact]
    public void It_is_said_what_for_and_why()
    {
        Spec.Given<AnalystAccess>().When(new GrantAnalystAccess(" ")).ThenInvalid(("purpose", "Is required."));
        Spec.Given<AnalystAccess>(Granted).When(new RevokeAnalystAccess("a\nb")).ThenInvalid(("reason", "Must hold no control characters."));
    }
}
