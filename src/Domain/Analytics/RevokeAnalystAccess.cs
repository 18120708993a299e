namespace Platform.Domain.Analytics;

/// <summary>Takes the login of the tenant's analysts away.</summary>
/// <param name="Reason">1-200 characters, none of them a control character.</param>
public sealed record RevokeAnalystAccess(string Reason) : ICommand<RevokeAnalystAccess, AnalystAccess>
{
    public static Decision Decide(RevokeAnalystAccess command, AnalystAccess state) => state switch
    {
        { Version: 0 } => Reject.NotFound("The tenant's analysts have no login."),
        _ when DisplayName.Problem(command.Reason) is { } problem => Reject.Invalid("reason", problem),
        { IsGranted: false } => Decision.Nothing,
        _ => Decision.Of(new AnalystAccessRevoked(command.Reason.Trim())),
    };
}
