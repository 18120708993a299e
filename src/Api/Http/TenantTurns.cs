namespace Platform.Api.Http;

/// <summary>
/// Lets tenants take turns. While a tenant is alone it may have as many requests under way as the node can work on; while others are there, each has the same share, which is always open, and
/// what is more waits. So a tenant's flood makes the tenant wait, and nobody else.
/// </summary>
/// <param name="options">How many at once.</param>
/// <param name="time">The clock.</param>
public sealed class TenantTurns(RateOptions options, TimeProvider time) : IDisposable
{
    // Whoever calls again and again isn't away in between.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private sealed class Lane
    {
        public int UnderWay { get; set; }
        public LinkedList<TaskCompletionSource> Waiting { get; } = new();
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    // Tenants that have requests waiting, in the order of their turns.
    private readonly LinkedList<Lane> _order = new();
    private int _underWay;
    private string? _last;
    private long _sharedAt = long.MinValue;

    // Runs while anybody waits: that the others have gone away is nobody's request.
    private ITimer? _looking;

    /// <summary>Asks for a turn.</summary>
    /// <returns>Ends when it's one's turn, then <see cref="Leave"/> must follow; null: too many wait already.</returns>
    public Turn? TryEnter(string tenant)
    {
        lock (_lock)
        {
            if (_last != tenant)
            {
                if (_last is not null)
                    _sharedAt = time.GetTimestamp();
                _last = tenant;
            }
            if (!_lanes.TryGetValue(tenant, out var lane))
                _lanes.Add(tenant, lane = new Lane());
            StartNext();
            if (lane.Waiting.Count == 0 && CanStart(lane))
            {
                Start(lane);
                return new Turn(this, tenant, null);
            }
            if (lane.Waiting.Count >= options.Waiting)
                return null;
            if (lane.Waiting.Count == 0)
                _order.AddLast(lane);
            _looking ??= time.CreateTimer(static turns => ((TenantTurns)turns!).Look(), this, Remembered, Remembered);
            return new Turn(this, tenant, lane.Waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }
    }

    /// <summary>The turn is over.</summary>
    public void Leave(string tenant)
    {
        lock (_lock)
        {
            var lane = _lanes[tenant];
            lane.UnderWay--;
            _underWay--;
            Forget(tenant, lane);
            StartNext();
        }
    }

    public void Dispose() => _looking?.Dispose();

    private void Look()
    {
        lock (_lock)
        {
            StartNext();
            if (_order.Count > 0)
                return;
            _looking?.Dispose();
            _looking = null;
        }
    }

    private void StartNext()
    {
        for (var passed = 0; passed < _order.Count;)
        {
            var lane = _order.First!.Value;
            _order.RemoveFirst();
            if (!CanStart(lane))
            {
                _order.AddLast(lane);
                passed++;
                continue;
            }
            passed = 0;
            var next = lane.Waiting.First!.Value;
            lane.Waiting.RemoveFirst();
            if (lane.Waiting.Count > 0)
                _order.AddLast(lane);
            Start(lane);
            next.SetResult();
        }
    }

    // A tenant's share is open whatever the others hold: one that sends its bodies slowly keeps its turns for as long as it likes.
    private bool CanStart(Lane lane) => lane.UnderWay < options.EachTenant || !IsShared && _underWay < options.Together;

    private bool IsShared => _sharedAt != long.MinValue && time.GetElapsedTime(_sharedAt) < Remembered;

    private void Start(Lane lane)
    {
        lane.UnderWay++;
        _underWay++;
    }

    private void Forget(string tenant, Lane lane)
    {
        if (lane is { UnderWay: 0, Waiting.Count: 0 })
            _lanes.Remove(tenant);
    }

    // Whoever gives up waiting has its turn given to the next; where it came just then, it's over.
    private void GiveUp(string tenant, LinkedListNode<TaskCompletionSource> waiting)
    {
        lock (_lock)
        {
            if (waiting.List is null)
            {
                Leave(tenant);
                return;
            }
            var lane = _lanes[tenant];
            lane.Waiting.Remove(waiting);
            if (lane.Waiting.Count == 0)
                _order.Remove(lane);
            Forget(tenant, lane);
        }
    }

    /// <summary>A place among those who wait, or a turn that has come.</summary>
    public sealed class Turn(TenantTurns turns, string tenant, LinkedListNode<TaskCompletionSource>? waiting)
    {
        /// <exception cref="OperationCanceledException">The caller has gone.</exception>
        public async ValueTask WaitAsync(CancellationToken cancel)
        {
            if (waiting is null)
                return;
            try
            {
                await waiting.Value.Task.WaitAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                turns.GiveUp(tenant, waiting);
                throw;
            }
        }
    }
}
