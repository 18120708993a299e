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
        if (await PendingAsync(cancel) is not { } version)
            return false;
        var count = 0L;
        await new ProjectionOperations(store).TryExclusivelyAsync("rewrap", async c => count = await RunAsync(version, null, c), cancel);
        return count > 0;
    }

    /// <summary>Does what is left of the rotation that was asked for.</summary>
    /// <param name="version">The new version.</param>
    /// <param name="progress">Is told how many keys were looked at.</param>
    /// <param name="cancel">Stops it; the next run goes on.</param>
    /// <returns>Keys that are wrapped by it.</returns>
    public async Task<long> RunAsync(int version, Action<long>? progress, CancellationToken cancel)
    {
        var personal = store.Options.Personal ?? throw new PersonalDataUnavailableException("This process has no keys of data subjects.");
        await personal.Encryption.MakeAsync(version, cancel);
        if (await personal.CurrentWrapperAsync(cancel) is var current && current != version)
            throw new InvalidOperationException($"Version {current} of the key-encryption key wraps now, not {version}: was another key directory put here?");
        // Again, until a pass finds none that is wrapped by another version: keys are added meanwhile.
        while (true)
        {
            var pass = await PassAsync(personal, version, progress, cancel);
            if (pass.Left > 0)
                throw new PersonalDataUnavailableException($"{pass.Left} keys of data subjects can't be wrapped anew; the version before stays until they can, or those people are erased.");
            await Task.Delay(Grace, _time, cancel);
            if (pass.Rewrapped == 0)
                return await FinishAsync(personal, version, pass.Wrapped, cancel);
        }
    }

    // One that is damaged holds up nobody else's.
    private async Task<(long Wrapped, long Rewrapped, long Left)> PassAsync(PersonalData personal, int version, Action<long>? progress, CancellationToken cancel)
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
                progress?.Invoke(++wrapped);
            }
            catch (PersonalDataUnavailableException e)
            {
                log.LogError("{Reason}", e.Message);
                left++;
            }
        }
        return (wrapped, rewrapped, left);
    }

    private async Task<long> FinishAsync(PersonalData personal, int version, long wrapped, CancellationToken cancel)
    {
        int[] before = [.. Enumerable.Range(1, version - 1)];
        foreach (var old in before)
            await personal.Encryption.DestroyAsync(old, cancel);
        await runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, SubjectErasure.User, "rewrap"), 200,
            (session, c) => session.DecideAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, state => FinishRewrapping.Decide(new FinishRewrapping(version, wrapped), state), c), cancel);
        log.LogInformation("{Count} keys of data subjects are wrapped by version {Version} of the key-encryption key; those before it are destroyed.", wrapped, version);
        return wrapped;
    }

    /// <summary>The version to which a rotation is under way; null: none is.</summary>
    public async Task<int?> PendingAsync(CancellationToken cancel) =>
        (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, cancel: cancel)).State is { IsUnderWay: true } state ? state.KeyVersion : null;
}
