using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Projections.Security;

/// <summary>A key that was destroyed, by the ledger.</summary>
public sealed record ErasedKey(Guid KeyId, DateTimeOffset At);

/// <summary>Keys that were destroyed: whatever a key store has, which may have come back from a backup, none of these opens anything.</summary>
public sealed class ErasedKeys : StreamRowsProjection<ErasedKey>
{
    public const string ReadModel = "erased_keys";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(ErasureCompleted));

    public override string NotForAnalysts => "Keys say nothing to them; analytics.data_subjects has the erasures.";

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("key_id", "uuid not null", NpgsqlDbType.Uuid)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } = [new("at", "timestamptz not null", NpgsqlDbType.TimestampTz)];

    protected override IReadOnlyList<string> Indexes => ["key_id"];

    /// <summary>Those of some keys that were destroyed.</summary>
    public static async Task<IReadOnlyCollection<Guid>> AmongAsync(IQuerySession session, IReadOnlyCollection<Guid> keyIds, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select key_id from read.erased_keys where key_id = any ($1)",
            [new() { Value = keyIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], row => row.GetGuid(0), cancel)).Items;

    public override IReadOnlyCollection<ErasedKey> Evolve(IReadOnlyCollection<ErasedKey> rows, Event e) =>
        e.Data is ErasureCompleted completed ? [.. rows, .. completed.KeyIds.Where(id => rows.All(row => row.KeyId != id)).Select(id => new ErasedKey(id, e.Timestamp))] : rows;

    protected override (object[] Key, object?[] Columns) Values(ErasedKey row) => ([row.KeyId], [row.At]);

    protected override ErasedKey Read(NpgsqlDataReader reader, int first) => new(reader.GetGuid(first), reader.GetFieldValue<DateTimeOffset>(first + 1));
}
