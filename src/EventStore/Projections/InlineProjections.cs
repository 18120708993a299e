using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>Projections written in the transaction of the append, as the application's role.</summary>
internal static class InlineProjections
{
    /// <summary>An event about to be appended.</summary>
    public sealed record Pending(Guid StreamId, long Version, string Type, object Data);

    public static bool Any(DocumentStore store) => store.Options.Projections.Any(p => p.Lifecycle == ProjectionLifecycle.Inline);

    /// <summary>The commands that bring the inline models to the state after <paramref name="events"/>. Other writers are kept out by the expected versions.</summary>
    public static async Task<IReadOnlyList<NpgsqlBatchCommand>> PrepareAsync(
        DocumentStore store, string tenantId, IReadOnlyList<Pending> events, DateTimeOffset now, CancellationToken cancel)
    {
        var commands = new List<NpgsqlBatchCommand>();
        foreach (var projection in store.Options.Projections.Where(p => p.Lifecycle == ProjectionLifecycle.Inline))
        {
            var wanted = events.Where(e => projection.Wants(e.Type)).Select(e => new Event
            {
                TenantId = tenantId,
                StreamId = e.StreamId,
                Version = e.Version,
                Sequence = 0,
                Id = Guid.Empty,
                Type = e.Type,
                Data = e.Data,
                Json = default,
                Timestamp = now,
                Headers = EventHeaders.None,
            }).ToList();
            if (wanted.Count == 0)
                continue;
            await using var connection = await store.Options.Database.App.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using var set = new NpgsqlCommand("select set_config('platform.tenant', $1, true)", connection) { Parameters = { new() { Value = tenantId, NpgsqlDbType = NpgsqlDbType.Text } } };
            await set.ExecuteNonQueryAsync(cancel);
            var (table, state) = ($"read.{ReadNames.ViewOf(projection)}", projection.NewState());
            await state.LoadAsync(table, wanted, connection, cancel);
            foreach (var e in wanted)
                state.Apply(e);
            commands.AddRange(state.TakeChanges().Statements(table, copies: false));
        }
        return commands;
    }
}
