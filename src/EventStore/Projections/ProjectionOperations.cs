using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>An event that a projection couldn't apply.</summary>
/// <param name="Projection">Which.</param>
/// <param name="Generation">Of its model.</param>
/// <param name="Index">Place in the log.</param>
/// <param name="TenantId">The event's tenant.</param>
/// <param name="StreamId">Its stream, whose later events wait.</param>
/// <param name="Version">In the stream.</param>
/// <param name="Sequence">What retry and skip name it by.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Alias.</param>
/// <param name="Error">Why it couldn't be applied.</param>
/// <param name="Held">Later events of the stream that wait for it.</param>
/// <param name="ParkedAt">When it was met.</param>
public sealed record ParkedEvent(
    string Projection, int Generation, long Index, string TenantId, Guid StreamId, long Version, long Sequence, Guid EventId, string Type, string Error, long Held, DateTimeOffset ParkedAt);

/// <summary>What operators do to projections. Whoever calls has recorded why.</summary>
public sealed class ProjectionOperations(DocumentStore store)
{
    private NpgsqlDataSource Pool => store.Options.Database.Projections;

    /// <summary>Within about a second no process follows the projection any more; its model stays readable as it is. Repeated: nothing.</summary>
    public Task PauseAsync(string projection, CancellationToken cancel = default) =>
        RunAsync("insert into platform.paused_projection (name) values ($1) on conflict do nothing", [new() { Value = projection }], cancel);

    /// <summary>The projection is followed again from where it stands. Repeated: nothing.</summary>
    public Task ResumeAsync(string projection, CancellationToken cancel = default) =>
        RunAsync("delete from platform.paused_projection where name = $1", [new() { Value = projection }], cancel);

    /// <summary>The projection leaves an event out from now on, also when it is rebuilt; a rebuild of its tenant takes in what waited behind it.</summary>
    public Task SkipAsync(string projection, long sequence, CancellationToken cancel = default) =>
        RunAsync("insert into platform.skipped_event (projection, sequence) values ($1, $2) on conflict do nothing", [new() { Value = projection }, new() { Value = sequence }], cancel);

    /// <summary>Drops a generation that nobody reads: retired, half built, or of an older version than the live one.</summary>
    /// <exception cref="InvalidOperationException">It is what readers see, or isn't there.</exception>
    public Task DropAsync(Projection projection, int generation, CancellationToken cancel = default) => ProjectionGenerations.DropAsync(store, projection, generation, cancel);

    /// <summary>Events parked in any generation that is there, the longest parked first.</summary>
    /// <param name="database">The shard.</param>
    /// <param name="projection">Only this one's; null: all.</param>
    /// <param name="tenantId">Only this tenant's; null, or the platform's own: all.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<IReadOnlyList<ParkedEvent>> ParkedAsync(Database database, string? projection, string? tenantId, int limit, CancellationToken cancel = default)
    {
        await using var batch = database.App.CreateBatch();
        batch.BatchCommands.Add(new("select set_config('platform.tenant', $1, true)") { Parameters = { new() { Value = tenantId ?? DocumentStore.PlatformTenant } } });
        batch.BatchCommands.Add(new("""
            select e.projection, e.generation, e.log_index, e.tenant_id, e.stream_id, e.version, e.sequence, e.event_id, e.type, e.error, e.held, e.parked_at
            from platform.parked_event e join platform.projection p on p.name = e.projection and p.generation = e.generation and p.state <> 'retired'
            where ($1 is null or e.projection = $1) order by e.parked_at, e.log_index limit $2
            """)
        {
            Parameters = { new() { Value = (object?)projection ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = limit } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        var parked = new List<ParkedEvent>();
        while (await reader.ReadAsync(cancel))
            parked.Add(new ParkedEvent(
                reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3), reader.GetGuid(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetGuid(7),
                reader.GetString(8), reader.GetString(9), reader.GetInt64(10), reader.GetFieldValue<DateTimeOffset>(11)));
        return parked;
    }

    private async Task RunAsync(string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken cancel)
    {
        await using var command = Pool.CreateCommand(sql);
        command.Parameters.AddRange(parameters.ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }
}
