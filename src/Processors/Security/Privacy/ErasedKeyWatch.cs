using Microsoft.Extensions.Logging;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>
/// Looks through the key store, at the start and every hour, for keys that the ledger says were erased: one that was restored from a backup has them again. They are destroyed again, and told.
/// Until then they open nothing.
/// </summary>
public sealed class ErasedKeyWatch(IDocumentStore store, TimeProvider time, ILogger<ErasedKeyWatch> log) : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private const int AtOnce = 1_000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (store.Options.Personal is not { } personal)
            return false;
        try
        {
            await LookAsync(personal, cancel);
            return false;
        }
        catch (Exception e) when (e is PersonalDataUnavailableException or IOException)
        {
            // An hour would be long: the key store isn't there.
            log.LogWarning("Whether keys came back that were erased can't be seen now: {Reason}", e.Message);
            await Task.Delay(Again, _time, cancel);
            return true;
        }
    }

    private async Task LookAsync(PersonalData personal, CancellationToken cancel)
    {
        var back = new List<WrappedKey>();
        await foreach (var page in personal.Keys.AllAsync(damaged => log.LogError("Passed over among the keys of data subjects: {Reason}", damaged.Message), cancel).Chunk(AtOnce))
            foreach (var ofTenant in page.GroupBy(key => key.TenantId))
            {
                var erased = await personal.ErasedAsync(ofTenant.Key, [.. ofTenant.Select(key => key.SubjectId)], cancel);
                back.AddRange(ofTenant.Where(key => erased.Contains(key.SubjectId)));
            }
        foreach (var key in back)
            await TryAsync((key.TenantId, key.SubjectId), async () =>
            {
                await personal.DestroyAsync(key.TenantId, key.SubjectId, cancel);
                log.LogCritical("The key {Key} of data subject {Subject} was erased and is there again, from a backup perhaps. It's destroyed again.", key.Id, key.SubjectId);
                return true;
            });
    }
}
