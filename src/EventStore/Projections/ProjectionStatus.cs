using Npgsql;

namespace Platform.EventStore;

/// <summary>Where a projection stands.</summary>
/// <param name="Name">Also the view in schema <c>read</c>.</param>
/// <param name="Version">Version of the code that writes the model.</param>
/// <param name="Generation">Physical table behind the view.</param>
/// <param name="State"><c>live</c>; <c>paused</c> or <c>failed</c>: it stands still; <c>superseded</c>: a newer version is live, nodes of older code may still read this one; <c>building</c>; <c>rejected</c>: a newer version that isn't put in place, because events couldn't be applied; <c>retired</c>: kept until dropped.</param>
/// <param name="Position">Next log index to read.</param>
/// <param name="Lag">Events of the log that the model doesn't have yet.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="UpdatedAt">Last progress.</param>
/// <param name="Parked">Events that couldn't be applied.</param>
/// <param name="Held">Later events of their streams, which wait for them.</param>
/// <param name="TenantId">Being built for one tenant's rows; null: for all.</param>
/// <param name="LagSeconds">Age of the oldest event that the model doesn't have yet, in seconds; 0 when it has all; null: it isn't followed.</param>
/// <param name="Target">While it's built: the log index to get to at first.</param>
/// <param name="Rate">While it's built: log indices a second, since this process of building began.</param>
public sealed record ProjectionStatus(
    string Name, int Version, int Generation, string State, long Position, long Lag, string? Error, DateTimeOffset UpdatedAt, long Parked, long Held, string? TenantId,
    double? LagSeconds = null, long? Target = null, double? Rate = null)
{
    /// <summary>Readers may see less than they should, or a version that they should see isn't put in place.</summary>
    public bool IsIncomplete => State is "failed" or "rejected" || State is "live" or "paused" && Parked > 0;

    /// <summary>Seconds that building goes on for, at its rate; null: it isn't built, or nobody knows.</summary>
    public double? RemainingSeconds => Rate > 0 && Target is { } target ? Math.Max(0, target - Position) / Rate : null;

    /// <summary>Every generation that there is.</summary>
    public static async Task<IReadOnlyList<ProjectionStatus>> AllAsync(Database database, CancellationToken cancel = default)
    {
        await using var command = database.App.CreateCommand("""
            select p.name, p.version, p.generation,
                   case when p.state in ('live', 'failed') and exists (select from platform.projection n where n.name = p.name and n.version > p.version and n.state in ('live', 'failed')) then 'superseded'
                        when p.state = 'live' and exists (select from platform.paused_projection s where s.name = p.name) then 'paused'
                        when p.state = 'retired' and p.for_tenant is null and p.version > all (select n.version from platform.projection n where n.name = p.name and n.state in ('live', 'failed')) then 'rejected'
                        else p.state end,
                   greatest(p.position, b.position), greatest(s.size - greatest(p.position, b.position), 0), p.error, p.updated_at, coalesce(e.parked, 0), coalesce(e.held, 0), p.for_tenant,
                   case when p.state not in ('live', 'failed') then null when p.position >= s.size then 0
                        else platform.age_of_index(p.position) end,
                   b.target, b.rate
            from (select ledger.size() as size) s cross join platform.projection p
            left join lateral (select b.position, b.target, (b.position - b.began_from) / nullif(extract(epoch from b.updated_at - b.began_at), 0)::float8 as rate
                               from platform.build_progress b where b.projection = p.name and b.generation = p.generation and p.state = 'building') b on true
            left join platform.count_parked() e on e.projection = p.name and e.generation = p.generation
            where p.state <> 'dropped' order by p.name, p.generation
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<ProjectionStatus>();
        while (await reader.ReadAsync(cancel))
            all.Add(new ProjectionStatus(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetInt64(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetString(10),
                reader.IsDBNull(11) ? null : reader.GetDouble(11), reader.IsDBNull(12) ? null : reader.GetInt64(12), reader.IsDBNull(13) ? null : reader.GetDouble(13)));
        return all;
    }
}
