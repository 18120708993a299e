using Npgsql;

namespace Platform.EventStore;

/// <summary>Where a projection stands.</summary>
/// <param name="Name">Also the view in schema <c>read</c>.</param>
/// <param name="Version">Version of the code that wrote the model.</param>
/// <param name="Generation">Physical table behind the view.</param>
/// <param name="State"><c>building</c>, <c>live</c> or <c>failed</c>.</param>
/// <param name="Position">Next log index to read.</param>
/// <param name="Lag">Events of the log that the model doesn't have yet.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="UpdatedAt">Last progress.</param>
public sealed record ProjectionStatus(string Name, int Version, int Generation, string State, long Position, long Lag, string? Error, DateTimeOffset UpdatedAt)
{
    public static async Task<IReadOnlyList<ProjectionStatus>> AllAsync(Database database, CancellationToken cancel = default)
    {
        await using var command = database.App.CreateCommand("""
            select name, version, generation, state, position, greatest(ledger.size() - position, 0), error, updated_at
            from platform.projection where state <> 'retired' order by name, generation
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<ProjectionStatus>();
        while (await reader.ReadAsync(cancel))
            all.Add(new ProjectionStatus(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7)));
        return all;
    }
}
