using System.Collections.Concurrent;
using Platform.Domain.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>
/// Which visits go on, as this node knows: the stream that a visitor's next event belongs to. Other nodes know others; where that makes two streams of one visit, it's
/// counted as one all the same.
/// </summary>
/// <param name="most">Visits in memory: beyond it those that are over are forgotten, and if none is all of them.</param>
public sealed class OpenVisits(int most = 500_000)
{
    private sealed record Known(Guid StreamId, DateTimeOffset First, DateTimeOffset Last)
    {
        public bool Has(DateTimeOffset at) => at >= First - Visit.Inactivity && at <= Last + Visit.Inactivity;
    }

    private readonly ConcurrentDictionary<(Guid SiteId, Guid VisitorId), Known> _visits = new();

    /// <summary>The visitor was there just before.</summary>
    public bool IsOpen(Guid siteId, Guid visitorId, DateTimeOffset at) => _visits.TryGetValue((siteId, visitorId), out var known) && known.Has(at);

    /// <summary>The stream of a visitor's event.</summary>
    public Guid StreamOf(Guid siteId, Guid visitorId, DateTimeOffset at)
    {
        if (_visits.Count >= most)
            Forget(at);
        var now = _visits.AddOrUpdate((siteId, visitorId),
            static (key, at) => new Known(Visit.IdOf(key.SiteId, key.VisitorId, at), at, at),
            // What comes late, from before the visit, is another one and doesn't become the visitor's latest.
            static (key, known, at) => known.Has(at) ? known with { First = at < known.First ? at : known.First, Last = at > known.Last ? at : known.Last }
                : at < known.First ? known : new Known(Visit.IdOf(key.SiteId, key.VisitorId, at), at, at),
            at);
        return now.Has(at) ? now.StreamId : Visit.IdOf(siteId, visitorId, at);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, known) in _visits)
            if (!known.Has(now))
                _visits.TryRemove(key, out _);
        if (_visits.Count >= most)
            _visits.Clear();
    }
}
