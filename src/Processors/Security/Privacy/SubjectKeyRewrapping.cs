using Microsoft.Extensions.Logging;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Processors.Security;

/// <summary>
/// Carries out a rotation of the key-encryption key that was asked for: makes the new version, wraps every key of a data subject by it, then destroys the version before. Events aren't touched, and
/// everything is read and written meanwhile. One process at a time; when it dies, the next one goes on with what is left.
/// </summary>
public sealed class SubjectKeyRewrapping(DocumentStore store, CommandRunner runner, TimeProvider time, ILogger<SubjectKeyRewrapping> log) : RecurringJob(TimeSpan.FromSeconds(2), time, log)
{
    // Longer than a process takes to wrap a key and add it, as a rule; one that took longer sees that another version wraps by then, and wraps anew.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (store.Options.Personal is not { } personal || await PendingAsync(cancel) is not { } version)
            return false;
        await new ProjectionOperations(store).TryExclusivelyAsync("rewrap", c => RewrapAsync(personal, version, c), cancel);
        return false;
    }

    private async Task<int?> PendingAsync(CancellationToken cancel) =>
        (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, cancel: cancel)).State is { IsUnderWay: true } state ? state.KeyVersion : null;

    private async Task RewrapAsync(PersonalData personal, int version, CancellationToken cancel)
    {
        await personal.Encryption.MakeAsync(version, cancel);
        if (await personal.CurrentWrapperAsync(cancel) is var current && current != version)
            throw new InvalidOperationException($"Version {current} of the key-encryption key wraps now, not {version}: was another key directory put here?");
        // Again, until a pass finds none that is wrapped by another version: keys are added meanwhile.
        while (true)
        {
            var pass = await PassAsync(personal, version, cancel);
            if (pass.Left > 0)
                throw new PersonalDataUnavailableException($"{pass.Left} keys of data subjects can't be wrapped anew; the version before stays until they can, or those people are erased.");
            await Task.Delay(Grace, _time, cancel);
            if (pass.Rewrapped > 0)
                continue;
            await FinishAsync(personal, version, pass.Wrapped, cancel);
            return;
        }
    }

    // One that is damaged holds up nobody else's.
    private async Task<(long Wrapped, long Rewrapped, long Left)> PassAsync(PersonalData personal, int version, CancellationToken cancel)
    {
        var (wrapped, rewrapped, left) = (0L, 0L, 0L);
        await foreach (var key in personal.Keys.AllAsync(_ => left++, cancel))
        {
            try
            {
                if (key.WrappedBy != version)
                {
                    await personal.RewrapAsync(key, cancel);
                    rewrapped++;
                }
                wrapped++;
            }
            catch (PersonalDataUnavailableException e)
            {
                log.LogError("{Reason}", e.Message);
                left++;
            }
        }
        return (wrapped, rewrapped, left);
    }

    private async Task FinishAsync(PersonalData personal, int version, long wrapped, CancellationToken cancel)
    {
        for (var before = 1; before < version; before++)
            await personal.Encryption.DestroyAsync(before, cancel);
        await runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, SubjectErasure.User, "rewrap"), 200,
            (session, c) => session.DecideAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, state => FinishRewrapping.Decide(new FinishRewrapping(version, wrapped), state), c), cancel);
        log.LogInformation("{Count} keys of data subjects are wrapped by version {Version} of the key-encryption key; those before it are destroyed.", wrapped, version);
    }
}
