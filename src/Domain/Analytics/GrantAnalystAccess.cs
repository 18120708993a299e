namespace Platform.Domain.Analytics;

/// <summary>Gives the tenant's analysts a login or, where they have one, another password.</summary>
/// <param name="Purpose">What for: 1-200 characters, none of them a control character.</param>
public sealed record GrantAnalystAccess(string Purpose) : ICommand<GrantAnalystAccess, AnalystAccess>
{
    public static Decision Decide(GrantAnalystAccess command, AnalystAccess state) =>
        DisplayName.Problem(command.Purpose) is { } problem ? Reject.Invalid("purpose", problem)
        : state.IsGranted ? Decision.Of(new AnalystPasswordRotated(command.Purpose.Trim()))
        : Decision.Of(new AnalystAccessGranted(command.Purpose.Trim()));
}
