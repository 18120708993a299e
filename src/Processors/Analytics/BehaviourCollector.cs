using Npgsql;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Processors.Analytics;

/// <summary>What became of events that were sent.</summary>
/// <param name="Accepted">Appended: on disk and chained.</param>
/// <param name="Duplicates">They had been accepted before.</param>
public sealed record Collected(int Accepted, int Duplicates);

/// <summary>So many events wait that it's better to come again.</summary>
public sealed class CollectorFullException() : Exception("Too many events wait to be appended.");

/// <summary>
/// Appends visitors' events, those of requests that meet in one transaction: one commit then serves all of them, and each request is answered once its own events are on disk. An
/// event is accepted once, however often it's sent, on whatever node.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="visits">Which stream an event belongs to.</param>
/// <param name="mostWaiting">Events of all tenants that wait at most; half as many of one.</param>
public sealed class BehaviourCollector(IDocumentStore store, OpenVisits visits, int mostWaiting = 40_000)
{
    // Events of a transaction, transactions of one tenant at once, and how often somebody else may have accepted one of its events meanwhile.
    private const int MostEvents = 1_000, MostUnderWay = 2, MostMeetings = 10;

    private sealed record Waiting(SessionOptions Who, IReadOnlyList<IHitEvent> Events)
    {
        public TaskCompletionSource<Collected> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly record struct Key(string TenantId, string? User, string? Trigger);

    private sealed class Lane
    {
        public Queue<Waiting> Waiting { get; } = new();
        public int Events { get; set; }
        public int UnderWay { get; set; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Lane> _lanes = [];
    private int _events;

    /// <summary>Appends events of visits, durably.</summary>
    /// <param name="who">For whom; what is appended together has one tenant, user and trigger.</param>
    /// <param name="events">At least one.</param>
    /// <exception cref="CollectorFullException">Nothing was appended; too much waits already.</exception>
    /// <exception cref="QuotaExceededException">Nothing was appended; the tenant may not have as many.</exception>
    public Task<Collected> AddAsync(SessionOptions who, IReadOnlyList<IHitEvent> events)
    {
        var waiting = new Waiting(who, events);
        var key = new Key(who.TenantId, who.User, who.Trigger);
        List<Waiting>? first = null;
        lock (_lock)
        {
            if (!_lanes.TryGetValue(key, out var lane))
                _lanes.Add(key, lane = new Lane());
            if (_events + events.Count > mostWaiting || lane.Events + events.Count > mostWaiting / 2)
                throw new CollectorFullException();
            lane.Waiting.Enqueue(waiting);
            lane.Events += events.Count;
            _events += events.Count;
            if (lane.UnderWay < MostUnderWay)
                first = Take(key, lane);
        }
        if (first is not null)
            _ = WriteAsync(key, first);
        return waiting.Outcome.Task;
    }

    private static List<Waiting> Take(Key key, Lane lane)
    {
        var (batch, events) = (new List<Waiting>(), 0);
        while (lane.Waiting.TryPeek(out var next) && (batch.Count == 0 || events + next.Events.Count <= MostEvents))
        {
            batch.Add(lane.Waiting.Dequeue());
            events += next.Events.Count;
        }
        lane.UnderWay++;
        return batch;
    }

    private async Task WriteAsync(Key key, List<Waiting>? batch)
    {
        while (batch is not null)
        {
            await AppendAsync(batch);
            lock (_lock)
            {
                var (lane, events) = (_lanes[key], batch.Sum(waiting => waiting.Events.Count));
                (lane.Events, _events) = (lane.Events - events, _events - events);
                lane.UnderWay--;
                batch = lane.Waiting.Count > 0 ? Take(key, lane) : null;
                if (lane.UnderWay == 0)
                    _lanes.Remove(key);
            }
        }
    }

    private async Task AppendAsync(IReadOnlyList<Waiting> batch)
    {
        try
        {
            await AppendTogetherAsync(batch);
        }
        catch (Exception e) when (batch.Count > 1 && e is AppendRefusedException or PostgresException { InvariantSeverity: "ERROR" })
        {
            // Nothing was written: only whoever is the reason fails.
            foreach (var waiting in batch)
                await AppendAsync([waiting]);
        }
        catch (Exception e)
        {
            foreach (var waiting in batch)
                waiting.Outcome.TrySetException(e);
        }
    }

    private async Task AppendTogetherAsync(IReadOnlyList<Waiting> batch)
    {
        IReadOnlyCollection<Guid> known = [];
        for (var meeting = 1; ; meeting++)
        {
            var (ids, accepted) = (new HashSet<Guid>(), new int[batch.Count]);
            var who = batch.Count == 1 ? batch[0].Who : batch[0].Who with { CorrelationId = null, CausationId = null };
            var session = store.LightweightSession(who);
            for (var w = 0; w < batch.Count; w++)
                foreach (var e in batch[w].Events)
                    if (!known.Contains(e.Hit.EventId) && ids.Add(e.Hit.EventId))
                    {
                        session.Events.Append<Visit>(visits.StreamOf(e.Hit.SiteId, e.Hit.VisitorId, e.Hit.At), e);
                        accepted[w]++;
                    }
            session.AcceptOnce(ids);
            try
            {
                await session.SaveChangesAsync();
            }
            catch (AlreadyAcceptedException) when (meeting < MostMeetings)
            {
                known = new HashSet<Guid>([.. known, .. await session.AcceptedAmongAsync(ids)]);
                continue;
            }
            ProcessorMeter.Tracked(accepted.Sum(), batch.Sum(waiting => waiting.Events.Count) - accepted.Sum());
            for (var w = 0; w < batch.Count; w++)
                batch[w].Outcome.TrySetResult(new Collected(accepted[w], batch[w].Events.Count - accepted[w]));
            return;
        }
    }
}
