using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Warns tenants that reach a soft limit. It looks at those that recorded something since it last looked, and once a minute at all that did on the day. Any number of nodes may run it: the tenant's stream says what it was told already.
/// </summary>
public sealed class SoftLimitWatch(IDocumentStore store, CommandRunner runner, QuotaModels models, TenantUse use, TimeProvider time, ILogger<SoftLimitWatch> log)
    : RecurringJob(TimeSpan.FromSeconds(1), time, log)
{
    /// <summary>Who acts in the ledger's headers.</summary>
    public const string User = "platform:quotas";

    private const int MostTenants = 100_000;

    // Rounds from one look at all tenants of the day to the next: for limits that changed, and for what came late into the read model.
    private const int Whole = 60;

    // Clocks of nodes differ, and appends take their time.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time;
    private readonly Dictionary<string, (string Day, long Events, long Version)> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string Quota), NoteUse> _noted = [];
    private DateTimeOffset _newest = DateTimeOffset.UnixEpoch + Late;
    private int _rounds;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (_seen.Count > MostTenants)
        {
            _seen.Clear();
            _noted.Clear();
        }
        var day = DayUse.NameOf(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime));
        var since = _rounds++ % Whole == 0 ? DateTimeOffset.UnixEpoch : _newest - Late;
        var active = await store.FindWorkAsync("select tenant_id, events, last_at from read.quota_usage where id = $1 and last_at >= $2", [new NpgsqlParameter { Value = day }, new NpgsqlParameter { Value = since }],
            row => (Tenant: row.GetString(0), Events: row.GetInt64(1), At: row.GetFieldValue<DateTimeOffset>(2)), cancel);
        foreach (var (tenant, events, at) in active)
        {
            _newest = at > _newest ? at : _newest;
            var (isHeld, version) = await models.StateOfAsync(tenant, cancel);
            if (!isHeld || _seen.TryGetValue(tenant, out var seen) && seen == (day, events, version))
                continue;
            await TryAsync(tenant, async () =>
            {
                await LookAsync(tenant, cancel);
                _seen[tenant] = (day, events, version);
                return true;
            });
        }
        return false;
    }

    private async Task LookAsync(string tenant, CancellationToken cancel)
    {
        foreach (var quota in (await use.OfAsync(tenant, cancel)).Items)
            if (quota.Used is { } used)
            {
                var note = new NoteUse(quota.Limit.Quota, quota.Limit.Soft, used, quota.Day);
                // What is beyond the limit stays so, as what is below it: only a change is worth a look at the stream.
                var state = note with { Used = note.Limit is { } limit && used >= limit ? limit : 0 };
                if (_noted.TryGetValue((tenant, note.Quota), out var known) && known == state)
                    continue;
                await runner.RunAsync(new Arrival(tenant, User, "quotas"), 200, (session, c) => QuotaCommands.Note(note, session, c), cancel);
                _noted[(tenant, note.Quota)] = state;
            }
    }
}
