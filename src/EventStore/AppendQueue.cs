using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Lets appends of a tenant that meet share a transaction: one that finds nothing under way goes at once; while one is under way the others
/// wait, and go together when it has ended. One commit then serves all of them, and writers of one stream follow each other instead of
/// waiting for its lock.
/// </summary>
internal sealed class AppendQueue(DocumentStore store)
{
    /// <summary>Appends, events and bytes of bodies in one transaction; a single append may be larger.</summary>
    private const int MostAppends = 64, MostEvents = 2_000, MostBytes = 1 << 20;

    private sealed class Lane
    {
        public LinkedList<PendingAppend> Waiting { get; } = new();
        public HashSet<Guid> Streams { get; } = [];
        public int UnderWay { get; set; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Appends, durably.</summary>
    /// <param name="append">Of any tenant.</param>
    /// <param name="cancel">Gives up while it waits; once it is sent its outcome is awaited.</param>
    public async Task<IReadOnlyList<AppendedEvent>> AppendAsync(PendingAppend append, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (GoesAtOnce(append))
        {
            try
            {
                return await AloneAsync(append);
            }
            finally
            {
                Ended(append.Session.TenantId, [append]);
            }
        }
        await using var registration = cancel.UnsafeRegister(static (state, token) => ((PendingAppend)state!).Abandon(token), append);
        return await append.Outcome;
    }

    private bool GoesAtOnce(PendingAppend append)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(append.Session.TenantId, out var lane))
                _lanes.Add(append.Session.TenantId, lane = new Lane());
            if (lane.UnderWay < DocumentStore.AppendsUnderWay && lane.Waiting.Count == 0 && IsApart(lane, append) && append.TrySend())
            {
                Start(lane, append);
                lane.UnderWay++;
                return true;
            }
            lane.Waiting.AddLast(append);
            return false;
        }
    }

    // Those who waited go together; what touches a stream under way waits on, and so does everything behind it on its streams.
    private void Ended(string tenant, IReadOnlyList<PendingAppend> ended)
    {
        var next = new List<PendingAppend>();
        lock (_lock)
        {
            var lane = _lanes[tenant];
            foreach (var append in ended)
                foreach (var stream in append.Streams)
                    lane.Streams.Remove(stream.Id);
            Take(lane, next);
            if (next.Count == 0 && --lane.UnderWay == 0)
                _lanes.Remove(tenant);
        }
        if (next.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = TogetherAsync(tenant, next), null);
    }

    private static void Take(Lane lane, List<PendingAppend> next)
    {
        var (events, bytes) = (0, 0L);
        HashSet<Guid>? held = null;
        var (written, restedOn) = (new HashSet<Guid>(), new HashSet<Guid>());
        for (var node = lane.Waiting.First; node is not null && next.Count < MostAppends;)
        {
            var (append, following) = (node.Value, node.Next);
            // Within a transaction the log goes by stream: what rests on a stream's version and what changes that stream would lose their order.
            if (!IsApart(lane, append) || append.Streams.Any(s => held?.Contains(s.Id) is true || (s.Events.Count == 0 ? written : restedOn).Contains(s.Id)))
                (held ??= []).UnionWith(append.Streams.Select(s => s.Id));
            else if (next.Count > 0 && (events + append.Count > MostEvents || bytes + append.Bytes > MostBytes))
                break;
            else
            {
                lane.Waiting.Remove(node);
                if (append.TrySend())
                {
                    next.Add(append);
                    foreach (var stream in append.Streams)
                        (stream.Events.Count == 0 ? restedOn : written).Add(stream.Id);
                    (events, bytes) = (events + append.Count, bytes + append.Bytes);
                }
            }
            node = following;
        }
        foreach (var append in next)
            Start(lane, append);
    }

    private static bool IsApart(Lane lane, PendingAppend append)
    {
        foreach (var stream in append.Streams)
            if (lane.Streams.Contains(stream.Id))
                return false;
        return true;
    }

    private static void Start(Lane lane, PendingAppend append)
    {
        foreach (var stream in append.Streams)
            lane.Streams.Add(stream.Id);
    }

    private async Task TogetherAsync(string tenant, List<PendingAppend> appends)
    {
        try
        {
            if (appends.Count > 1 && await TryTogetherAsync(appends))
                return;
            // Alone: or because something unforeseen stopped all of them, so that only who caused it fails.
            foreach (var append in appends)
                try
                {
                    append.Accept(await AloneAsync(append));
                }
                catch (Exception e)
                {
                    append.Fail(e);
                }
        }
        catch (Exception e)
        {
            // Perhaps it was written, as with any connection that is lost: nobody may try again unasked.
            foreach (var append in appends)
                append.Fail(e);
        }
        finally
        {
            Ended(tenant, appends);
        }
    }

    private async Task<bool> TryTogetherAsync(List<PendingAppend> appends)
    {
        IReadOnlyList<(IReadOnlyList<AppendedEvent> Events, Exception? Refusal)> outcomes;
        try
        {
            await using var batch = store.Options.Database.App.CreateBatch();
            batch.BatchCommands.Add(AppendStatements.Together(appends));
            await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
            outcomes = await AppendStatements.ReadTogetherAsync(appends, reader);
            while (await reader.NextResultAsync(CancellationToken.None))
            {
            }
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            return false;
        }
        for (var a = 0; a < appends.Count; a++)
            if (outcomes[a].Refusal is { } refusal)
                appends[a].Fail(refusal);
            else
                appends[a].Accept(outcomes[a].Events);
        store.Signals.Appended.Pulse();
        return true;
    }

    private async Task<IReadOnlyList<AppendedEvent>> AloneAsync(PendingAppend append)
    {
        try
        {
            await using var batch = store.Options.Database.App.CreateBatch();
            batch.BatchCommands.Add(AppendStatements.Alone(append));
            await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
            var appended = await AppendStatements.ReadAloneAsync(append, reader);
            while (await reader.NextResultAsync(CancellationToken.None))
            {
            }
            store.Signals.Appended.Pulse();
            return appended;
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            throw translated;
        }
    }
}
