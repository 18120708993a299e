using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Platform.EventStore;

/// <summary>A long stretch of the log at full speed: slices of it are read and deserialised in parallel, and come in order.</summary>
internal sealed class LogFeed(DocumentStore store, IReadOnlyCollection<string> types, string? tenantId)
{
    private const int SliceIndices = 5_000;

    // Each is a connection, a server process and a core that deserialises.
    private static readonly int Readers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <param name="from">First index; a boundary of appends.</param>
    /// <param name="to">About the index after the last: the append that it falls into is read whole.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async IAsyncEnumerable<LogSlice> ReadAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Who takes slowly holds up the reading: no more than this is ever in memory.
        var slices = Channel.CreateBounded<Task<LogSlice>>(Readers - 1);
        var cutting = CutAsync(from, to, slices.Writer, stop.Token);
        try
        {
            await foreach (var slice in slices.Reader.ReadAllAsync(cancel))
                yield return await slice;
        }
        finally
        {
            await stop.CancelAsync();
            await cutting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (slices.Reader.TryRead(out var rest))
                await ((Task)rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CutAsync(long from, long to, ChannelWriter<Task<LogSlice>> slices, CancellationToken cancel)
    {
        try
        {
            await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
            for (var at = from; at < to;)
            {
                var end = await LogReader.PageEndAsync(connection, at, (int)Math.Min(SliceIndices, to - at), cancel);
                if (end == at)
                    break;
                var start = at;
                await slices.WriteAsync(Task.Run(() => ReadSliceAsync(start, end, cancel), cancel), cancel);
                at = end;
            }
            slices.Complete();
        }
        catch (Exception e)
        {
            slices.Complete(e);
        }
    }

    private async Task<LogSlice> ReadSliceAsync(long from, long to, CancellationToken cancel)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        return await LogReader.ReadAsync(connection, store.Options.Events, types, tenantId, from, to, cancel);
    }
}
