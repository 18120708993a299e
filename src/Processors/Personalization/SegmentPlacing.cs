using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>
/// Records who comes into segments and leaves them. It looks at visitors who did something, at those of whom something has come to lie outside the days of a condition, and at all when segments changed, when it begins and
/// once a day. One node does it at a time, and goes on as long as it can; whatever two did at once, a visitor's stream takes each change once.
/// </summary>
public sealed class SegmentPlacing(DocumentStore store, CommandRunner runner, VisitorModels visitors, TimeProvider time, ILogger<SegmentPlacing> log) : RecurringJob(TimeSpan.FromSeconds(5), time, log)
{
    private const int ActsAtOnce = 1_000, VisitorsAtOnce = 200, LooksAtOnce = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), BetweenPasses = TimeSpan.FromSeconds(10), BetweenWalks = TimeSpan.FromDays(1), Patience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;
    private readonly Dictionary<string, Watched> _tenants = new(StringComparer.Ordinal);

    private sealed class Watched
    {
        public string Segments { get; set; } = "";
        public long Position { get; set; } = -1;
        public DateTimeOffset PassedAt { get; set; }
        public DateTimeOffset WalkedAt { get; set; }

        /// <summary>The last visitor that the walk through all of them came by; null: it has ended.</summary>
        public Guid? Walk { get; set; }

        /// <summary>Visitors with whom it didn't work.</summary>
        public HashSet<Guid> Again { get; } = [];
    }

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        await new ProjectionOperations(store).TryExclusivelyAsync("segment-placing", async held =>
        {
            // Another node may have been at it since.
            _tenants.Clear();
            while (true)
                if (!await RoundAsync(held))
                    await Task.Delay(Pause, _time, held);
        }, cancel);
        return false;
    }

    /// <summary>Looks at some of those whom it's time to look at.</summary>
    /// <returns>Whether there are more.</returns>
    public async Task<bool> RoundAsync(CancellationToken cancel)
    {
        foreach (var tenant in await SegmentWork.TenantsAsync(store, cancel)) _tenants.TryAdd(tenant, new());
        var more = false;
        foreach (var (tenant, watched) in _tenants.ToList())
            more |= await TryAsync(tenant, () => RoundAsync(tenant, watched, cancel));
        return more;
    }

    private async Task<bool> RoundAsync(string tenant, Watched watched, CancellationToken cancel)
    {
        var (session, now) = (store.QuerySession(tenant), _time.GetUtcNow());
        var segments = (await visitors.AudienceAsync(tenant, cancel)).Segments;
        var said = string.Join(' ', segments.Select(segment => $"{segment.Id}/{segment.Version}"));
        if (watched.Segments.Length == 0)
            // Whoever did something before is found by the walk.
            (watched.Position, watched.PassedAt) = (await SegmentWork.LastAsync(session, cancel), now);
        if (said != watched.Segments || now - watched.WalkedAt >= BetweenWalks)
            (watched.Segments, watched.WalkedAt, watched.Walk) = (said, now, Guid.Empty);

        var (acted, position, isAll) = await SegmentWork.SinceAsync(session, watched.Position, ActsAtOnce, cancel);
        await PlaceAsync(session, watched, acted, cancel);
        watched.Position = position;
        if (now - watched.PassedAt >= BetweenPasses)
        {
            var days = segments.SelectMany(segment => segment.Conditions).Select(condition => condition.Days ?? 0).Append(0).Distinct();
            var passed = (await SegmentWork.PassedAsync(session, days, watched.PassedAt, now, cancel)).Union(watched.Again).ToList();
            watched.Again.Clear();
            await PlaceAsync(session, watched, passed, cancel);
            watched.PassedAt = now;
        }
        if (watched.Walk is { } after)
        {
            var next = await SegmentWork.VisitorsAsync(session, after, VisitorsAtOnce, cancel);
            await PlaceAsync(session, watched, next, cancel);
            watched.Walk = next.Count < VisitorsAtOnce ? null : next[^1];
        }
        return !isAll || watched.Walk is not null;
    }

    private async Task PlaceAsync(IQuerySession session, Watched watched, IReadOnlyList<Guid> some, CancellationToken cancel)
    {
        if (some.Count == 0) return;
        var kept = (await SegmentMembers.OfVisitorsAsync(session, some, isOpen: true, int.MaxValue, cancel)).Items.ToLookup(span => span.VisitorId, span => span.SegmentId);
        var seen = new ConcurrentBag<Guid>();
        await Parallel.ForEachAsync(some, new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancel }, async (visitor, c) => await TryAsync(visitor, async () =>
        {
            var appended = await PlaceAsync(session, visitor, [.. kept[visitor]], c);
            seen.Add(visitor);
            return appended;
        }));
        watched.Again.UnionWith(some.Except(seen));
    }

    private async Task<bool> PlaceAsync(IQuerySession session, Guid visitorId, ImmutableHashSet<Guid> kept, CancellationToken cancel)
    {
        var seen = SegmentsOf(await visitors.ReadAsync(session, visitorId, cancel));
        if (seen is null ? (await SegmentMembers.OfVisitorsAsync(session, [visitorId], isOpen: false, 1, cancel)).Items.Count == 0 : kept.SetEquals(seen)) return false;
        var result = await runner.RunAsync(new Arrival(session.TenantId, "platform", "segments", CorrelationId: $"visitor:{visitorId}"), 200, (writing, c) => PlaceAsync(visitorId, writing, c), cancel);
        return result is CommandResult.Accepted { Receipt.Events.Count: > 0 };
    }

    // Who is erased meanwhile isn't placed by what was known before: each erasure appends to this stream.
    private async Task<Handled> PlaceAsync(Guid visitorId, IDocumentSession session, CancellationToken cancel)
    {
        var placed = await session.Events.FetchForWriting<VisitorSegments>(VisitorSegments.IdOf(visitorId), cancel: cancel);
        if (placed.Aggregate.WasForgotten && !await session.WaitForAllAsync(VisitorActs.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {VisitorActs.ReadModel} is behind the log.");
        var seen = SegmentsOf(await visitors.ReadAsync(session, visitorId, cancel));
        placed.AppendMany(PlaceVisitor.Decide(new(visitorId, seen, session.Now), placed.Aggregate).Events);
        return new Handled(placed.Id, placed.StartingVersion);
    }

    // Of whom nothing is kept, or who took the consent back, isn't in any, nor was.
    private static ImmutableHashSet<Guid>? SegmentsOf(KnownVisitor visitor) => visitor.Found.Acts.IsEmpty ? null : visitor.Segments;
}
