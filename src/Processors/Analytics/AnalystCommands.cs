using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Processors.Analytics;

/// <summary>A login as it's told once to whoever asked for it.</summary>
/// <param name="Login">Role of PostgreSQL.</param>
/// <param name="Password">32 letters and digits; nobody can tell it again.</param>
public sealed record NewAnalystLogin(string Login, string Password);

/// <summary>Access of analysts: what is decided, and what is done for it once its event is in the ledger.</summary>
public static class AnalystCommands
{
    public static Task<Handled> Grant(GrantAnalystAccess command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<AnalystAccess>(AnalystAccess.Id, access => GrantAnalystAccess.Decide(command, access), cancel);

    public static Task<Handled> Revoke(RevokeAnalystAccess command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<AnalystAccess>(AnalystAccess.Id, access => RevokeAnalystAccess.Decide(command, access), cancel);

    /// <summary>
    /// Makes the login for an accepted <see cref="GrantAnalystAccess"/>. A request that is sent again because its answer got lost finds it made, or makes it if
    /// the node died in between.
    /// </summary>
    /// <returns>Null: it was made before, and its password told; or a later command counts.</returns>
    public static async Task<NewAnalystLogin?> FollowGrantAsync(AnalystLogins logins, string tenant, long version, CancellationToken cancel)
    {
        var password = ScramVerifier.NewPassword();
        return await logins.AllowAsync(tenant, AnalystAccess.Id, version, ScramVerifier.Of(password), cancel) is { } login ? new NewAnalystLogin(login, password) : null;
    }

    /// <summary>Takes the login away for an accepted <see cref="RevokeAnalystAccess"/>; <see cref="AnalystWatch"/> does if the node dies in between.</summary>
    public static Task FollowRevocationAsync(AnalystLogins logins, string tenant, long version, CancellationToken cancel) =>
        logins.RevokeAsync(tenant, AnalystAccess.Id, version, cancel);
}
