using Npgsql;

namespace Platform.EventStore;

/// <summary>Where a projection stands.</summary>
/// <param name="Name">Also the view in schema <c>read</c>.</param>
/// <param name="Version">Version of the code that writes the model.</param>
/// <param name="Generation">Physical table behind the view.</param>
/// <param name="State"><c>live</c>; <c>paused</c> or <c>failed</c>: it stands still; <c>superseded</c>: a newer version is live, nodes of older code may still read this one; <c>building</c>; <c>retired</c>: kept until dropped.</param>
/// <param name="Position">Next log index to read.</param>
/// <param name="Lag">Events of the log that the model doesn't have yet.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="UpdatedAt">Last progress.</param>
/// <param name="Parked">Events that couldn't be applied.</param>
/// <param name="Held">Later events of their streams, which wait for them.</param>
/// <param name="TenantId">Being built for one tenant's rows; null: for all.</param>
public sealed record ProjectionStatus(
    string Name, int Version, int Generation, string State, long Position, long Lag, string? Error, DateTimeOffset UpdatedAt, long Parked, long Held, string? TenantId)
{
    /// <summary>Readers may see less than they should.</summary>
    public bool IsIncomplete => State is "failed" || State is "live" or "paused" && Parked > 0;

    /// <summary>Every generation that there is.</summary>
    public static async Task<IReadOnlyList<ProjectionStatus>> AllAsync(Database database, CancellationToken cancel = default)
    {
        await using var command = database.App.CreateCommand("""
            select p.name, p.version, p.generation,
                   case when p.state in ('live', 'failed') and exists (select from platform.projection n where n.name = p.name and n.version > p.version and n.state in ('live', 'failed')) then 'superseded'
                        when p.state = 'live' and exists (select from platform.paused_projection s where s.name = p.name) then 'paused'
                        else p.state end,
                   p.position, greatest(ledger.size() - p.position, 0), p.error, p.updated_at, coalesce(e.parked, 0), coalesce(e.held, 0), p.for_tenant
            from platform.projection p
            left join platform.count_parked() e on e.projection = p.name and e.generation = p.generation
            order by p.name, p.generation
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<ProjectionStatus>();
        while (await reader.ReadAsync(cancel))
            all.Add(new ProjectionStatus(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetInt64(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetString(10)));
        return all;
    }
}
