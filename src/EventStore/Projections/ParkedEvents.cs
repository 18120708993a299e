using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// What one run keeps of the events that its projection couldn't apply. While an event is parked, later events of its stream are held back: the model
/// is right or behind, never wrong.
/// </summary>
internal sealed class ParkedEvents(string projection, int generation)
{
    // So many that it isn't the events: the projection stands still instead.
    private const int Most = 1_000;

    private readonly HashSet<(string Tenant, Guid Stream)> _held = [];
    private readonly HashSet<long> _skipped = [];
    private readonly List<(Event Event, string Error)> _new = [];
    private readonly Dictionary<(string Tenant, Guid Stream), long> _newlyHeld = [];

    /// <summary>Reads what was parked before, and what is to be left out.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        Forget();
        _held.Clear();
        _skipped.Clear();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select tenant_id, stream_id from platform.parked_event where projection = $1 and generation = $2") { Parameters = { new() { Value = projection }, new() { Value = generation } } },
                new("select sequence from platform.skipped_event where projection = $1") { Parameters = { new() { Value = projection } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            _held.Add((reader.GetString(0), reader.GetGuid(1)));
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
            _skipped.Add(reader.GetInt64(0));
    }

    /// <summary>Whether an event is to be applied; one that waits behind a parked one is counted.</summary>
    public bool Admits(Event e)
    {
        if (_held.Count > 0 && _held.Contains((e.TenantId, e.StreamId)))
        {
            _newlyHeld[(e.TenantId, e.StreamId)] = _newlyHeld.GetValueOrDefault((e.TenantId, e.StreamId)) + 1;
            return false;
        }
        return _skipped.Count == 0 || !_skipped.Contains(e.Sequence);
    }

    /// <exception cref="InvalidOperationException">There are too many; it's rather the projection.</exception>
    public void Park(Event e, Exception error)
    {
        if (_held.Count == Most)
            throw new InvalidOperationException($"{Most} streams have events that can't be applied; the last: {error.GetType().Name}: {error.Message}", error);
        _held.Add((e.TenantId, e.StreamId));
        _new.Add((e, $"{error.GetType().Name}: {Message(error)}"));
    }

    // The server's detail quotes the values.
    private static string Message(Exception error) => error is PostgresException refused ? $"{refused.SqlState}: {refused.MessageText}" : error.Message;

    /// <summary>Events parked since the last write.</summary>
    public IReadOnlyList<(Event Event, string Error)> New => _new;

    /// <summary>Statements that store what is new, to be run in the transaction of the page.</summary>
    public IEnumerable<NpgsqlBatchCommand> Statements()
    {
        if (_new.Count > 0)
            yield return new("""
                insert into platform.parked_event (projection, generation, log_index, tenant_id, stream_id, version, sequence, event_id, type, error)
                select $1, $2, p.* from unnest($3, $4, $5, $6, $7, $8, $9, $10) as p
                """)
            {
                Parameters =
                {
                    new() { Value = projection }, new() { Value = generation }, Values(NpgsqlDbType.Bigint, p => p.Event.Index!.Value), Values(NpgsqlDbType.Varchar, p => p.Event.TenantId),
                    Values(NpgsqlDbType.Uuid, p => p.Event.StreamId), Values(NpgsqlDbType.Bigint, p => p.Event.Version), Values(NpgsqlDbType.Bigint, p => p.Event.Sequence),
                    Values(NpgsqlDbType.Uuid, p => p.Event.Id), Values(NpgsqlDbType.Varchar, p => p.Event.Type), Values(NpgsqlDbType.Text, p => p.Error.Replace("\0", "\\0", StringComparison.Ordinal)),
                },
            };
        if (_newlyHeld.Count > 0)
            yield return new("""
                update platform.parked_event p set held = p.held + h.count
                from unnest($3, $4, $5) as h (tenant_id, stream_id, count)
                where p.projection = $1 and p.generation = $2 and p.tenant_id = h.tenant_id and p.stream_id = h.stream_id
                """)
            {
                Parameters =
                {
                    new() { Value = projection }, new() { Value = generation },
                    new() { Value = _newlyHeld.Keys.Select(k => k.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
                    new() { Value = _newlyHeld.Keys.Select(k => k.Stream).ToArray() }, new() { Value = _newlyHeld.Values.ToArray() },
                },
            };
    }

    /// <summary>What is new was stored.</summary>
    public void Forget()
    {
        _new.Clear();
        _newlyHeld.Clear();
    }

    private NpgsqlParameter Values<T>(NpgsqlDbType type, Func<(Event Event, string Error), T> value) =>
        new() { Value = _new.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
