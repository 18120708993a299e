using Microsoft.Extensions.Logging;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>
/// Looks through the key store every hour for keys of people of whom nothing was ever recorded: their first append failed after their key, and the terms that they are found by, were made. They are given
/// up in the ledger, then destroyed.
/// <para>
/// No text is lost by that, whatever is under way: each text about a person is decided on that person's stream, so that its append goes through only while the stream is as it was then. That they are
/// given up is the first event of the stream (<see cref="AbandonSubject"/>): either it finds the stream begun, and the key stays, or whatever had the key in hand finds the stream begun, appends nothing,
/// and is refused when it decides again. That a key must have been there for <see cref="PersonalKeyOptions.AbandonedAfter"/> only spares registrations that are under way from being refused.
/// </para>
/// <para>
/// A database that isn't the right one knows nobody: nothing is given up while fewer than half of the people whose keys there are have events, while the log isn't signed because what was signed isn't in
/// it, and before a second round, by which that is known.
/// </para>
/// </summary>
public sealed class AbandonedKeys(IDocumentStore store, CommandRunner runner, PublishedLog published, PersonalKeyOptions options, TimeProvider time, ILogger<AbandonedKeys> log)
    : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private const int AtOnce = 1_000;

    private readonly TimeProvider _time = time;
    private HashSet<Guid> _before = [];

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (store.Options.Personal is not { } personal)
            return false;
        try
        {
            var unknown = await UnknownAsync(personal, cancel);
            var alarm = await published.AlarmAsync(cancel);
            if (alarm is null)
                foreach (var key in unknown.Where(key => _before.Contains(key.Id)))
                    await TryAsync((key.TenantId, key.SubjectId), () => GiveUpAsync(personal, key, cancel));
            else if (unknown.Count > 0)
                log.LogWarning("{Count} keys of data subjects of whom nothing is recorded are kept while the log isn't signed: {Alarm}", unknown.Count, alarm);
            _before = [.. unknown.Select(key => key.Id)];
        }
        catch (Exception e) when (e is IOException or ReadModelMissingException)
        {
            log.LogWarning("Keys of data subjects that were given up can't be sought now: {Reason}", e.Message);
        }
        return false;
    }

    // Keys that have been there long enough, of people of whom the ledger knows nothing.
    private async Task<IReadOnlyList<WrappedKey>> UnknownAsync(PersonalData personal, CancellationToken cancel)
    {
        var (all, unknown) = (0, new List<WrappedKey>());
        // Damaged ones are told by the watch for erased keys.
        await foreach (var page in personal.Keys.AllAsync(_ => { }, cancel).Where(key => key.SubjectId != PersonalData.TermsKey).Chunk(AtOnce))
            foreach (var ofTenant in page.GroupBy(key => key.TenantId))
            {
                var session = store.QuerySession(ofTenant.Key);
                var without = await session.Events.WithoutEventsAsync([.. ofTenant.Select(key => key.SubjectId)], cancel);
                // No text about them is anywhere else either, unless some release wrote one that wasn't decided on their stream.
                var known = without.Count == 0 ? [] : await SubjectEvents.KnownAmongAsync(session, without, cancel);
                unknown.AddRange(ofTenant.Where(key => without.Contains(key.SubjectId) && !known.Contains(key.SubjectId)));
                all += ofTenant.Count();
            }
        if (unknown.Count > all / 2)
        {
            log.LogError("Of {Unknown} of {All} people whose keys are kept nothing is recorded: is this their database? No key is given up.", unknown.Count, all);
            return [];
        }
        var since = _time.GetUtcNow() - options.AbandonedAfter;
        return unknown.FindAll(key => key.WrittenAt <= since);
    }

    private async Task<bool> GiveUpAsync(PersonalData personal, WrappedKey key, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Arrival(key.TenantId, SubjectErasure.User, "abandoned", CorrelationId: $"abandoned:{key.SubjectId}"), 200,
            (session, c) => PrivacyCommands.Abandon(new AbandonSubject(key.SubjectId, key.Id), session, c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events.Count: > 0 })
            return false;
        await personal.DestroyAsync(key.TenantId, key.SubjectId, cancel);
        log.LogInformation("The key {Key} of data subject {Subject} of tenant {Tenant}, of whom nothing was ever recorded, is destroyed.", key.Id, key.SubjectId, key.TenantId);
        return true;
    }
}
