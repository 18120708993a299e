using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>Logins of analysts, one a tenant. Each is made, changed and taken away once for an event that says so; the database checks that there is one.</summary>
public sealed class AnalystLogins(Database database)
{
    /// <summary>Follows an event that grants access or gives another password.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="stream">The event's stream.</param>
    /// <param name="version">The event's version.</param>
    /// <param name="verifier">See <see cref="ScramVerifier"/>.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <returns>Name of the login; null: the event was followed already, or a later one counts.</returns>
    public async Task<string?> AllowAsync(string tenant, Guid stream, long version, string verifier, CancellationToken cancel) =>
        await AskAsync(tenant, new("select platform.allow_analyst($1, $2, $3)") { Parameters = { new() { Value = stream }, new() { Value = version }, new() { Value = verifier } } }, cancel) as string;

    /// <summary>Follows an event that revokes access: the login is gone, and its sessions end.</summary>
    public Task RevokeAsync(string tenant, Guid stream, long version, CancellationToken cancel) =>
        AskAsync(tenant, new("select platform.revoke_analyst($1, $2)") { Parameters = { new() { Value = stream }, new() { Value = version } } }, cancel);

    /// <summary>Name of the tenant's login; null: it has none.</summary>
    public async Task<string?> FindAsync(string tenant, CancellationToken cancel) =>
        await AskAsync(tenant, new("select role_name::text from platform.analyst_login where database = current_database()"), cancel) as string;

    /// <summary>Does what a revocation couldn't do at once, and ends sessions that keep others waiting.</summary>
    /// <param name="longest">What a transaction of an analyst may last.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <returns>Sessions ended.</returns>
    public async Task<int> WatchAsync(TimeSpan longest, CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select platform.watch_analysts($1)");
        command.Parameters.Add(new() { Value = longest });
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task<object?> AskAsync(string tenant, NpgsqlBatchCommand command, CancellationToken cancel)
    {
        await using var batch = database.App.CreateBatch();
        batch.BatchCommands.Add(SetTenant(tenant));
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetValue(0) : null;
    }

    private static NpgsqlBatchCommand SetTenant(string tenant) =>
        new("select set_config('platform.tenant', $1, true)") { Parameters = { new() { Value = tenant, NpgsqlDbType = NpgsqlDbType.Text } } };
}
