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
    // A process may have begun to wrap by the version before when the new one was made.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

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
        await Task.Delay(Grace, _time, cancel);
        var wrapped = 0L;
        await foreach (var key in personal.Keys.AllAsync(cancel))
        {
            if (key.WrappedBy != version)
                await personal.RewrapAsync(key, cancel);
            progress?.Invoke(++wrapped);
        }
        await personal.Encryption.DestroyAsync(version - 1, cancel);
        await runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, SubjectErasure.User, "rewrap"), 200,
            (session, c) => session.DecideAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, state => FinishRewrapping.Decide(new FinishRewrapping(version, wrapped), state), c), cancel);
        log.LogInformation("{Count} keys of data subjects are wrapped by version {Version} of the key-encryption key; version {Before} is destroyed.", wrapped, version, version - 1);
        return wrapped;
    }

    /// <summary>The version to which a rotation is under way; null: none is.</summary>
    public async Task<int?> PendingAsync(CancellationToken cancel) =>
        (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, cancel: cancel)).State is { IsUnderWay: true } state ? state.KeyVersion : null;
}
