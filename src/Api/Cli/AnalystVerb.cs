using System.CommandLine;
using Npgsql;
using Platform.Api.Analytics;
using Platform.Api.Hosting;
using Platform.Domain.Analytics;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Analytics;

namespace Platform.Api.Cli;

/// <summary><c>./platform analyst</c>: a login for the analysts of a tenant, ready to use.</summary>
internal static class AnalystVerb
{
    public static Command Create()
    {
        var tenant = new Option<string?>("--tenant") { Description = "Tenant id; default: the demo tenant", HelpName = "ID" };
        var purpose = new Option<string>("--purpose") { Description = "What for, or why it's revoked: for the audit trail", DefaultValueFactory = _ => "By the operator, on the command line", HelpName = "TEXT" };
        var user = new Option<string>("--user") { Description = "Who is recorded as having done it", DefaultValueFactory = _ => "operator" };
        var revoke = new Option<bool>("--revoke") { Description = "Take the login away, and end its sessions" };
        var command = new Command("analyst", "Make a tenant's analyst login, or give it another password, and print how to connect") { tenant, purpose, user, revoke };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(tenant), parsed.GetRequiredValue(purpose), parsed.GetRequiredValue(user), parsed.GetValue(revoke)));
        return command;
    }

    private static async Task<int> RunAsync(string data, string? tenant, string purpose, string user, bool revoke)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token);
            tenant ??= DevelopmentFile.TenantOf(data);
            if (tenant != DocumentStore.PlatformTenant
                && !(await offline.Store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<Tenant>(Tenant.IdOf(tenant), cancel: stop.Token)).State.Exists)
                return await FailAsync($"There is no tenant {tenant}.", 2);
            var (runner, arrival, logins) = (new CommandRunner(offline.Store), new Arrival(tenant, user, "analyst"), new AnalystLogins(offline.Database));
            var result = revoke
                ? await runner.RunAsync(arrival, 200, (session, c) => AnalystCommands.Revoke(new RevokeAnalystAccess(purpose), session, c), stop.Token)
                : await runner.RunAsync(arrival, 201, (session, c) => AnalystCommands.Grant(new GrantAnalystAccess(purpose), session, c), stop.Token);
            if (result is not CommandResult.Accepted { Receipt: var receipt })
                return await FailAsync(result is CommandResult.Refused { Rejection: var refused } ? refused.Summary : $"Nothing was changed: {result}.", 1);
            return revoke
                ? await RevokedAsync(logins, tenant, receipt.Version, stop.Token)
                : await GrantedAsync(offline, logins, tenant, receipt.Version, stop.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or NpgsqlException or EmbeddedPostgresException or AppendRefusedException)
        {
            return await FailAsync(ErrorText.Of(e), 2);
        }
    }

    private static async Task<int> GrantedAsync(OfflineStore offline, AnalystLogins logins, string tenant, long version, CancellationToken cancel)
    {
        if (await AnalystCommands.FollowGrantAsync(logins, tenant, version, cancel) is not { } made)
            return await FailAsync("Somebody else gave the login another password at the same moment; run it again for one of your own.", 1);
        var at = AnalystAccessEndpoints.ConnectionOf(offline.Connections, made);
        Console.WriteLine($"tenant {tenant}; the password is told now and never again");
        Console.WriteLine($"psql \"host={at.Host} port={at.Port} dbname={at.Database} user={at.Login} password={at.Password}\"");
        Console.WriteLine($"postgresql://{at.Login}:{at.Password}@{at.Host}:{at.Port}/{Uri.EscapeDataString(at.Database)}");
        return 0;
    }

    private static async Task<int> RevokedAsync(AnalystLogins logins, string tenant, long version, CancellationToken cancel)
    {
        await AnalystCommands.FollowRevocationAsync(logins, tenant, version, cancel);
        Console.WriteLine($"tenant {tenant}: its analysts have no login any more");
        return 0;
    }

    private static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
