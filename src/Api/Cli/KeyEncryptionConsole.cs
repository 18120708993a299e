using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Security;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Security;

namespace Platform.Api.Cli;

/// <summary>Rotates what wraps the keys of data subjects, with a bar: in this process, or watching a host that is at it already.</summary>
/// <param name="offline">The store.</param>
internal sealed class KeyEncryptionConsole(OfflineStore offline)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private PersonalData Personal => offline.Store.Options.Personal!;

    public async Task<int> ShowAsync(CancellationToken cancel)
    {
        var keys = await ReadAsync(cancel);
        Console.WriteLine($"{Describe(keys)}{(keys.IsUnderWay ? "; a rotation is under way" : "")}");
        return 0;
    }

    /// <returns>The exit code: 0 done; 1 refused, or some keys can't be wrapped anew; 130 stopped.</returns>
    public async Task<int> RotateAsync(string user, CancellationToken cancel)
    {
        try
        {
            if ((await ReadAsync(cancel)).IsUnderWay)
                Console.WriteLine("a rotation is under way: going on with it");
            else if (await offline.Runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, user, "cli"), 200, (session, c) => PrivacyCommands.RotateEncryption(Personal, session, c), cancel)
                is not CommandResult.Accepted and var refused)
            {
                await Console.Error.WriteLineAsync(RebuildConsole.Refusal(refused));
                return 1;
            }
            var done = await ProgressBar.RunAsync("wrapping", "keys", bar => RewrappedAsync(bar, cancel));
            Console.WriteLine($"{Describe(done)}; the version before is destroyed");
            return 0;
        }
        catch (PersonalDataUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} A host goes on with it, or the next ./platform keys rotate-encryption.");
            return 1;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; a host goes on with it, or the next ./platform keys rotate-encryption.");
            return 130;
        }
    }

    private async Task<SubjectKeysAnswer> RewrappedAsync(ProgressBar bar, CancellationToken cancel)
    {
        using var job = new SubjectKeyRewrapping(offline.Store, offline.Runner, TimeProvider.System, NullLogger<SubjectKeyRewrapping>.Instance);
        while (true)
        {
            // Nothing, where a host is at it.
            var work = job.RunOnceAsync(cancel);
            SubjectKeysAnswer keys;
            do
            {
                await Task.WhenAny(work, Task.Delay(Between, cancel));
                keys = await ReadAsync(cancel);
                bar.Report(keys.Wrapped, keys.Keys);
            }
            while (!work.IsCompleted);
            try
            {
                await work;
            }
            catch (LeaseLostException)
            {
                // Another process is at it now.
            }
            if (!keys.IsUnderWay)
                return keys;
            await Task.Delay(Between, cancel);
        }
    }

    private Task<SubjectKeysAnswer> ReadAsync(CancellationToken cancel) => SubjectKeyEndpoints.ReadAsync(offline.Store, Personal, cancel);

    private static string Describe(SubjectKeysAnswer keys) =>
        $"version {keys.KeyVersion} wraps {keys.Wrapped} of {keys.Keys} keys of data subjects{(keys.Damaged == 0 ? "" : $"; {keys.Damaged} files are damaged")}";
}
