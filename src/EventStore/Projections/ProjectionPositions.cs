namespace Platform.EventStore;

/// <summary>How far the models are that readers of this code's version see. However many ask at once, one query at a time answers all of them.</summary>
internal sealed class ProjectionPositions(DocumentStore store)
{
    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, long>>? _running, _following;

    /// <summary>Next index to read of a projection, as of now or later; null: no model can be read.</summary>
    public async Task<long?> OfAsync(string projection, CancellationToken cancel) =>
        (await ReadAsync().WaitAsync(cancel)).TryGetValue(projection, out var position) ? position : null;

    // A query under way may have looked already: who comes meanwhile gets the next one's answer, together.
    private Task<IReadOnlyDictionary<string, long>> ReadAsync()
    {
        lock (_lock)
        {
            if (_running is null or { IsCompleted: true })
                return _running = QueryAsync();
            return _following ??= FollowAsync(_running);
        }
    }

    private async Task<IReadOnlyDictionary<string, long>> FollowAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _running = _following;
            _following = null;
        }
        return await QueryAsync();
    }

    private async Task<IReadOnlyDictionary<string, long>> QueryAsync()
    {
        await using var command = store.Options.Database.App.CreateCommand("""
            select distinct on (p.name) p.name, p.position from platform.projection p join unnest($1, $2) as c (name, version) on c.name = p.name
            where p.version <= c.version and p.state in ('live', 'failed') and (p.version = c.version or to_regclass('read.' || p.name || '_v' || c.version) is not null)
            order by p.name, p.version desc
            """);
        command.Parameters.Add(new() { Value = store.Options.Projections.Select(p => p.Name).ToArray() });
        command.Parameters.Add(new() { Value = store.Options.Projections.Select(p => p.Version).ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            positions.Add(reader.GetString(0), reader.GetInt64(1));
        return positions;
    }
}
