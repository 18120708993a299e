using System.Collections.Concurrent;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Holds what callers append to their tenant's hard limits. Events of a day are exact: nodes take them from one allowance before they append. Storage is what the read model last said and
/// what this node has let in since, so it may be exceeded by about a second of appends. A tenant without hard limits costs a look in memory.
/// </summary>
/// <param name="models">Asked for only when the store is there, which asks this.</param>
/// <param name="store">The same.</param>
/// <param name="counters">What is used.</param>
public sealed class AppendQuotas(Func<QuotaModels> models, Func<IDocumentStore> store, TenantCounters counters) : IAppendQuotas
{
    // Milliseconds for which what is stored counts as known.
    private const long StoredKnown = 1_000;
    private const int MostTenants = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private sealed class Stored
    {
        public SemaphoreSlim Looking { get; } = new(1);
        public long Bytes;
        public long At = -StoredKnown;
    }

    private readonly ConcurrentDictionary<string, TenantAllowance> _allowances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Stored> _stored = new(StringComparer.Ordinal);

    public async ValueTask<Admission?> AdmitAsync(SessionOptions session, IEnumerable<object> events, long bytes, DateTimeOffset at, CancellationToken cancel)
    {
        if (!IsHeld(session))
            return null;
        var counted = events.Count(e => !QuotaExemptions.Types.Contains(e.GetType()));
        if (counted == 0)
            return null;
        var known = models();
        var ((ofDay, version), ofStorage) = (await known.HeldAsync(session.TenantId, Quotas.EventsPerDay, cancel), await known.OfAsync(session.TenantId, Quotas.StorageBytes, cancel));
        if (ofDay.Hard is null && ofStorage.Hard is null)
            return null;
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var admission = new Admission(session.TenantId, day, ofDay.Hard is null ? 0 : counted, ofStorage.Hard is null ? 0 : bytes);
        if (ofStorage.Hard is { } storage)
            await StoreAsync(session.TenantId, bytes, storage, cancel);
        if (ofDay.Hard is not { } limit)
            return admission;
        var isTaken = false;
        try
        {
            isTaken = await AllowanceOf(session.TenantId, day).TakeAsync(counted, (limit, version), () => CountedAsync(session.TenantId, day, cancel), cancel) is not { } used ? true
                : throw new QuotaExceededException(Quotas.EventsPerDay, limit, used, new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
            return admission;
        }
        finally
        {
            if (!isTaken)
                GiveBack(admission with { Events = 0 });
        }
    }

    public void GiveBack(Admission admission)
    {
        if (admission.Events > 0 && _allowances.TryGetValue(admission.TenantId, out var allowance) && allowance.Day == admission.Day)
            allowance.GiveBack(admission.Events);
        if (admission.Bytes > 0 && _stored.TryGetValue(admission.TenantId, out var stored))
            Interlocked.Add(ref stored.Bytes, -admission.Bytes);
    }

    public async ValueTask<long?> LimitOfAmountAsync(SessionOptions session, string quota, CancellationToken cancel) =>
        IsHeld(session) ? (await models().OfAsync(session.TenantId, quota, cancel)).Hard : null;

    /// <summary>Gives back what this node holds and doesn't need.</summary>
    /// <param name="idle">Milliseconds: what nobody asked for since.</param>
    /// <param name="today">Allowances of other days are forgotten.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task ReturnAsync(long idle, DateOnly today, CancellationToken cancel)
    {
        foreach (var (tenant, allowance) in _allowances)
            if (allowance.Day < today)
                _allowances.TryRemove(KeyValuePair.Create(tenant, allowance));
            else if (allowance.HoldsAny)
                await allowance.ReturnAsync(idle, cancel);
    }

    private static bool IsHeld(SessionOptions session) => session.Trigger == QuotaExemptions.CallersTrigger && session.TenantId != DocumentStore.PlatformTenant;

    // An append that began before midnight may come after one of the new day: it has an allowance of its own, of which it takes what it needs.
    private TenantAllowance AllowanceOf(string tenant, DateOnly day) => _allowances.AddOrUpdate(tenant,
        id => new TenantAllowance(id, Quotas.EventsPerDay, day, counters),
        (id, before) => before.Day >= day ? before : new TenantAllowance(id, Quotas.EventsPerDay, day, counters)) is var current && current.Day == day
            ? current : new TenantAllowance(tenant, Quotas.EventsPerDay, day, counters);

    // Whether that was all, or the read model is behind.
    private async Task<(long Used, bool IsAll)> CountedAsync(string tenant, DateOnly day, CancellationToken cancel)
    {
        var session = store().QuerySession(tenant);
        var isAll = await session.WaitForAllAsync(DayUse.ReadModel, Patience, cancel);
        return ((await DayUse.OfAsync(session, day, cancel)).Items[0].Counted, isAll);
    }

    private async Task StoreAsync(string tenant, long bytes, long limit, CancellationToken cancel)
    {
        if (_stored.Count > MostTenants)
            _stored.Clear();
        var stored = _stored.GetOrAdd(tenant, _ => new Stored());
        if (Environment.TickCount64 - Volatile.Read(ref stored.At) >= StoredKnown)
            await LookAsync(tenant, stored, cancel);
        var after = Interlocked.Add(ref stored.Bytes, bytes);
        if (after <= limit)
            return;
        Interlocked.Add(ref stored.Bytes, -bytes);
        throw new QuotaExceededException(Quotas.StorageBytes, limit, after - bytes);
    }

    private async Task LookAsync(string tenant, Stored stored, CancellationToken cancel)
    {
        await stored.Looking.WaitAsync(cancel);
        try
        {
            var at = Environment.TickCount64;
            if (at - stored.At < StoredKnown)
                return;
            var today = DateOnly.FromDateTime(store().Options.Time.GetUtcNow().UtcDateTime);
            Interlocked.Exchange(ref stored.Bytes, (await DayUse.OfAsync(store().QuerySession(tenant), today, cancel)).Items[0].Bytes);
            Volatile.Write(ref stored.At, at);
        }
        finally
        {
            stored.Looking.Release();
        }
    }
}
