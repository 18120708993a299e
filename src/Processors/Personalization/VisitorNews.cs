using System.Collections.Concurrent;
using System.Collections.Immutable;
using Platform.EventStore;
using Platform.Projections.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>Of which visitors of a tenant something has come to be known, as far as read models are; one follows at a time.</summary>
public sealed class VisitorNews
{
    private const int AtOnce = 5_000, MostTimes = 10, MostVisitors = 50_000;

    private readonly ConcurrentDictionary<Guid, long> _changed = new();

    // Of what was read before this place nothing is known; and how far it was followed.
    private long _from, _acts, _choices;
    private bool _began;

    /// <summary>Brings it up to date.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task FollowAsync(IQuerySession session, CancellationToken cancel)
    {
        if (!_began || !await FollowActsAsync(session, cancel) || !await FollowChoicesAsync(session, cancel) || _changed.Count > MostVisitors)
            await BeginAsync(session, cancel);
    }

    /// <summary>Whether nothing has come since it was read.</summary>
    public bool Holds(ActsOfVisitor found) => found.Index >= Volatile.Read(ref _from) && IsKnown(found.Visitors, found.Index) && IsKnown(found.People, found.Index);

    private bool IsKnown(ImmutableArray<Guid> some, long index)
    {
        foreach (var one in some)
            if (_changed.TryGetValue(one, out var at) && at > index) return false;
        return true;
    }

    // The later of two: the read models aren't equally far.
    private void Changed(Guid one, long position) => _changed[one] = Math.Max(position, _changed.GetValueOrDefault(one));

    private async Task BeginAsync(IQuerySession session, CancellationToken cancel)
    {
        (_acts, _choices) = (await SegmentWork.LastAsync(session, cancel), await VisitorChanges.LastAsync(session, cancel));
        Volatile.Write(ref _from, Math.Max(_acts, _choices));
        _changed.Clear();
        _began = true;
    }

    // False: there is so much that it isn't worth going through.
    private async Task<bool> FollowActsAsync(IQuerySession session, CancellationToken cancel)
    {
        for (var n = 0; n < MostTimes; n++)
        {
            var (visitors, position, isAll) = await SegmentWork.SinceAsync(session, _acts, AtOnce, cancel);
            foreach (var visitor in visitors) Changed(visitor, position);
            _acts = position;
            if (isAll) return true;
        }
        return false;
    }

    private async Task<bool> FollowChoicesAsync(IQuerySession session, CancellationToken cancel)
    {
        var changes = await VisitorChanges.SinceAsync(session, _choices, AtOnce, cancel);
        if (changes.Count is 0 or AtOnce) return changes.Count == 0;
        var (people, index) = await ActsOfVisitor.PeopleAsync(session, [.. changes.Select(change => change.Visitor).OfType<Guid>()], cancel);
        foreach (var (visitor, position) in changes)
            if (visitor is { } one) Changed(one, position);
            else Volatile.Write(ref _from, Math.Max(position, _from));
        var last = changes[^1].Position;
        foreach (var person in people) Changed(person, last);
        // Who a visitor is known to be may not be told yet; then it's asked again.
        if (index >= last) _choices = last;
        return true;
    }
}
