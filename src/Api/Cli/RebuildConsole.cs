using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Cli;

/// <summary>Requests a rebuild, carries it out in this process with a bar for each model, and tells what came of it: the same for <c>rebuild</c>, <c>retry</c> and <c>skip</c>.</summary>
/// <param name="offline">The store; its read models are kept up meanwhile.</param>
/// <param name="user">Who is recorded as having done it.</param>
internal sealed class RebuildConsole(OfflineStore offline, string user)
{
    /// <param name="id">New: the rebuild's.</param>
    /// <param name="names">The models.</param>
    /// <param name="request">Records that it's wanted.</param>
    /// <param name="cancelled">Records that it isn't any more.</param>
    /// <param name="cancel">Ctrl-C.</param>
    /// <returns>The exit code: 0 all is well; 1 refused, a model differs, has events parked or isn't built; 130 stopped.</returns>
    public async Task<int> RunAsync(
        Guid id, IReadOnlyList<string> names, Func<IDocumentSession, CancellationToken, Task<Handled>> request, Func<IDocumentSession, CancellationToken, Task<Handled>> cancelled, CancellationToken cancel)
    {
        CommandResult? requested = null;
        IReadOnlyList<RebuildReport> reports = [];
        try
        {
            // Ours before it's known: a running host would begin with it as soon as it reads of it.
            for (var isOver = false; !isOver;)
                isOver = await TryAsync(id, async held =>
                {
                    requested ??= await RunAsync(request, held);
                    if (requested is CommandResult.Accepted)
                        reports = await ProgressBar.RunAsync(names, "events", bars => offline.Rebuilds.RunAsync(id, names, new Progress(bars), held));
                }, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (requested is CommandResult.Accepted)
                await RunAsync(cancelled, CancellationToken.None);
            await Console.Error.WriteLineAsync("stopped; what was built is kept, and the next rebuild goes on with it. Readers see what they saw.");
            return 130;
        }
        if (requested is not CommandResult.Accepted)
        {
            await Console.Error.WriteLineAsync(Refusal(requested));
            return 1;
        }
        // Of those that another process took over and finished, what it recorded.
        reports = [.. reports, .. await offline.Rebuilds.RecordedAsync(id, names.Except(reports.Select(r => r.Projection)), cancel)];
        foreach (var report in reports)
            Console.WriteLine(Describe(report));
        if (reports.Count < names.Count)
            await Console.Error.WriteLineAsync("stopped: it was cancelled elsewhere.");
        return reports.Count == names.Count && reports.All(r => r.IsClean) ? 0 : 1;
    }

    // False: this process was so slow, or the database so long away, that another may have taken over. It goes on when that one is done, or isn't there.
    private async Task<bool> TryAsync(Guid id, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        try
        {
            if (await offline.Rebuilds.TryExclusivelyAsync(id, work, cancel))
                return true;
        }
        catch (LeaseLostException)
        {
        }
        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        return false;
    }

    /// <summary>Runs a command as the platform's own operator.</summary>
    public Task<CommandResult> RunAsync(Func<IDocumentSession, CancellationToken, Task<Handled>> handle, CancellationToken cancel) =>
        offline.Runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, user, "cli"), 200, handle, cancel);

    /// <summary>Why a command wasn't accepted.</summary>
    public static string Refusal(CommandResult? result) => result is CommandResult.Refused { Rejection: var r }
        ? string.Join('\n', r.Errors.Where(e => e.Value is not [var only] || only != r.Detail).Select(e => $"{e.Key}: {string.Join(' ', e.Value)}").Prepend(r.Detail))
        : $"It wasn't accepted: {result}.";

    private static string Describe(RebuildReport r)
    {
        if (r.Error is { } error)
            return $"{r.Projection}: FAILED, the old model stays: {error}{(r.Interrupted ? " It goes on with the next rebuild, or by itself where a host runs." : "")}";
        var rate = r.Elapsed.TotalSeconds > 0 ? r.Events / r.Elapsed.TotalSeconds : 0;
        var verdict = r.OnlyInOld is null ? "not compared (the old model was at another version or position, or has other events parked)"
            : r.Equal ? "equal to the old model"
            : $"DIFFERS: {r.OnlyInOld} rows only before, {r.OnlyInNew} rows only after; {(r.Swapped ? "swapped" : "the old model stays (see ./platform verify; --swap-different takes the new one)")}";
        var parked = r.Parked == 0 ? ""
            : $"; {r.Parked} events couldn't be applied{(r.Equal && !r.Swapped ? ", the old model stays" : "")}: see ./platform projections parked {r.Projection}, then ./platform projections retry (after the code was mended) or skip";
        return $"{r.Projection}: {r.Events} events in {r.Elapsed.TotalSeconds:0.00} s ({rate:0} events/s), {r.Rows} rows, {verdict}{parked}";
    }

    // Unlike Progress<T>, reports on the caller's thread, in order.
    private sealed class Progress(IReadOnlyDictionary<string, ProgressBar> bars) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => bars[value.Projection].Report(value.Position, value.Size);
    }
}
