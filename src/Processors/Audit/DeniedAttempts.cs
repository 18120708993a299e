using Platform.Domain.Audit;

namespace Platform.Processors.Audit;

/// <summary>What was denied to whom. Equal: the same attempt again.</summary>
/// <param name="TenantId">Of the token.</param>
/// <param name="Subject">Of the token.</param>
/// <param name="Permission">What was lacking; null: the route is open to nobody.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Template of the route.</param>
public readonly record struct Denial(string TenantId, string Subject, string? Permission, string Method, string Route);

/// <summary>An event to be written, in the tenant of the attempt.</summary>
public sealed record DenialEvent(string TenantId, AttemptDenied Event);

/// <summary>
/// Counts denied attempts: the first of a kind is an event at once, its repeats are one event when the minute is over, so none is more than one event a
/// minute. Thread-safe; holds at most <paramref name="mostOfTenant"/> kinds a tenant and <paramref name="most"/> altogether, so that nobody's flood takes
/// the memory or hides what others try.
/// </summary>
public sealed class DeniedAttempts(int mostOfTenant = 1_000, int most = 20_000)
{
    /// <summary>How long repeats are counted before they are an event.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private sealed class Repeats
    {
        public DateTimeOffset Ends { get; set; }
        public long Count { get; set; }
        public DateTimeOffset From { get; set; }
        public DateTimeOffset Until { get; set; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<Denial, Repeats> _kinds = [];
    private readonly Dictionary<string, int> _ofTenant = new(StringComparer.Ordinal);

    /// <summary>Attempts that no event will tell of, because there were too many kinds.</summary>
    public long Dropped { get; private set; }

    /// <summary>Counts an attempt.</summary>
    /// <returns>The event to write now; null: none.</returns>
    public DenialEvent? Note(Denial denial, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_kinds.TryGetValue(denial, out var repeats))
            {
                if (repeats.Count++ == 0)
                    repeats.From = now;
                repeats.Until = now;
                return null;
            }
            var ofTenant = _ofTenant.GetValueOrDefault(denial.TenantId);
            if (_kinds.Count >= most || ofTenant >= mostOfTenant)
            {
                Dropped++;
                return null;
            }
            _kinds.Add(denial, new Repeats { Ends = now + Window });
            _ofTenant[denial.TenantId] = ofTenant + 1;
        }
        return Event(denial, 1, now, now);
    }

    /// <summary>Events of the repeats whose minute is over; kinds without repeats are forgotten.</summary>
    public IReadOnlyList<DenialEvent> Due(DateTimeOffset now)
    {
        var due = new List<DenialEvent>();
        lock (_lock)
            foreach (var (denial, repeats) in _kinds)
            {
                if (repeats.Ends > now)
                    continue;
                if (repeats.Count > 0)
                {
                    due.Add(Event(denial, repeats.Count, repeats.From, repeats.Until));
                    (repeats.Count, repeats.Ends) = (0, now + Window);
                    continue;
                }
                // Allowed while a dictionary is walked through.
                _kinds.Remove(denial);
                if (--_ofTenant[denial.TenantId] == 0)
                    _ofTenant.Remove(denial.TenantId);
            }
        return due;
    }

    /// <summary>Events of all repeats, whether their minute is over or not: for when the process ends.</summary>
    public IReadOnlyList<DenialEvent> TakeAll()
    {
        lock (_lock)
        {
            var all = _kinds.Where(kind => kind.Value.Count > 0).Select(kind => Event(kind.Key, kind.Value.Count, kind.Value.From, kind.Value.Until)).ToList();
            _kinds.Clear();
            _ofTenant.Clear();
            return all;
        }
    }

    private static DenialEvent Event(Denial denial, long count, DateTimeOffset from, DateTimeOffset until) =>
        new(denial.TenantId, new AttemptDenied(denial.Subject, denial.Method, denial.Route, count, from, until, denial.Permission));
}
