using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Platform.Domain.Monitoring;

namespace Platform.Processors.Monitoring;

/// <summary>How something ended that was measured.</summary>
public enum MeasuredOutcome
{
    Done,

    /// <summary>The caller was at fault.</summary>
    Refused,

    Failed,
}

/// <summary>How long this process took for what tenants had it do, since it was last taken: in memory, a few hundred bytes a tenant and operation.</summary>
public sealed class TenantPerformance(PerformanceOptions options, TimeProvider time)
{
    private sealed class Counter
    {
        private readonly long[] _buckets = new long[Durations.Bounds.Length + 1];
        private long _count, _refused, _failed, _microseconds;
        private bool _isTaken;

        /// <summary>False: it was taken meanwhile.</summary>
        public bool TryAdd(long microseconds, MeasuredOutcome outcome)
        {
            lock (_buckets)
            {
                if (_isTaken)
                    return false;
                _count++;
                _refused += outcome == MeasuredOutcome.Refused ? 1 : 0;
                _failed += outcome == MeasuredOutcome.Failed ? 1 : 0;
                _microseconds += microseconds;
                _buckets[Durations.BucketOf(microseconds)]++;
                return true;
            }
        }

        public Durations Take()
        {
            lock (_buckets)
            {
                _isTaken = true;
                return new Durations(_count, _refused, _failed, _microseconds, [.. _buckets.AsSpan(0, Array.FindLastIndex(_buckets, times => times > 0) + 1)]);
            }
        }
    }

    private sealed class Period(DateTimeOffset from)
    {
        private readonly ConcurrentDictionary<(string TenantId, string Operation), Counter> _counters = new();
        private readonly Lock _lock = new();
        private bool _isTaken;

        public DateTimeOffset From => from;

        /// <summary>False: it was taken meanwhile.</summary>
        public bool TryAdd((string TenantId, string Operation) key, long microseconds, MeasuredOutcome outcome)
        {
            if (!_counters.TryGetValue(key, out var counter))
                lock (_lock)
                {
                    if (_isTaken)
                        return false;
                    counter = _counters.GetOrAdd(key, _ => new Counter());
                }
            return counter.TryAdd(microseconds, outcome);
        }

        public IEnumerable<KeyValuePair<(string TenantId, string Operation), Counter>> Take()
        {
            lock (_lock)
                _isTaken = true;
            return _counters;
        }
    }

    private Period _now = new(Now(time));

    /// <summary>The process.</summary>
    public Guid NodeId { get; } = Guid.CreateVersion7();

    /// <summary>Since when.</summary>
    public DateTimeOffset From => Volatile.Read(ref _now).From;

    /// <param name="tenantId">Whose.</param>
    /// <param name="operation">One of <see cref="Operations"/>.</param>
    /// <param name="took">How long.</param>
    /// <param name="outcome">How it ended.</param>
    public void Note(string tenantId, string operation, TimeSpan took, MeasuredOutcome outcome = MeasuredOutcome.Done)
    {
        // Nobody would take it.
        if (options.Every is null)
            return;
        var microseconds = took.Ticks / TimeSpan.TicksPerMicrosecond;
        while (!Volatile.Read(ref _now).TryAdd((tenantId, operation), microseconds, outcome))
        {
        }
    }

    /// <summary>What was measured since <see cref="From"/>, by tenant; from now on it's measured anew.</summary>
    public (DateTimeOffset From, IReadOnlyList<(string TenantId, ImmutableArray<MeasuredOperation> Measured)> Tenants) Take()
    {
        var taken = Interlocked.Exchange(ref _now, new Period(Now(time)));
        return (taken.From, [.. taken.Take().GroupBy(counter => counter.Key.TenantId, StringComparer.Ordinal).Select(tenant => (tenant.Key, tenant
            .Select(counter => new MeasuredOperation(counter.Key.Operation, counter.Value.Take())).Where(one => one.Durations.Count > 0).OrderBy(one => one.Operation, StringComparer.Ordinal).ToImmutableArray()))]);
    }

    // What PostgreSQL keeps of a time.
    private static DateTimeOffset Now(TimeProvider time) => time.GetUtcNow() is var now ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)) : default;
}
