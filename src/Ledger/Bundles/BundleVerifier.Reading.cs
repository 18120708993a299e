using System.Buffers;
using System.Collections.Concurrent;

namespace Platform.Ledger;

// The pass over the tar: what is in order is read here, and lines go to all processors in chunks whose results are taken in order.
public sealed partial class BundleVerifier
{
    private const int ChunkSize = 1 << 18;
    private const int LongestLine = 32 << 20;
    private const int TileBytes = TilePath.Width * Hash.Size;

    /// <summary>Reads earlier checkpoints and tiles.</summary>
    /// <returns>Whether there is a further entry.</returns>
    private static async Task<bool> ReadHeadsAsync(BundleTar tar, BundleHeads heads, BundleTiles tiles, BundleAbout about, CancellationToken cancel)
    {
        var (last, hasTiles) = (-1L, false);
        while (await tar.NextAsync(cancel))
        {
            if (!hasTiles && tar.Name.StartsWith("checkpoints/", StringComparison.Ordinal))
            {
                if (!NoteText.TryParseNumber(tar.Name["checkpoints/".Length..], out var size) || size <= last || size >= about.To)
                    throw new InvalidDataException($"{tar.Name} isn't in order, or not of a size before {about.To}.");
                heads.Keep(last = size, SignedNote.Parse(await tar.ContentAsync(SignedNote.LongestNote, cancel)));
            }
            else if (tiles.Next is { } tile)
            {
                if (tar.Name != tile.ToString() || tar.Length != tile.Width * Hash.Size)
                    throw new InvalidDataException($"{tar.Name} of {tar.Length} bytes stands where {tile} should.");
                tiles.Add(await tar.ContentAsync(TileBytes, cancel));
                hasTiles = true;
            }
            else
                return true;
        }

        return tiles.Next is { } missing ? throw new InvalidDataException($"The bundle has no {missing}.") : false;
    }

    private async Task ReadEventsAsync(BundleTar tar, bool more, Run run, ParserPool parsers, Action<long, long>? progress, CancellationToken cancel)
    {
        var pending = new Queue<Task<List<BundleRow>>>();
        var about = run.About;
        try
        {
            for (var last = -1L; more; more = await tar.NextAsync(cancel))
            {
                var tile = TileOf(tar.Name);
                if (tile <= last || tile < about.From / TilePath.Width || tile * TilePath.Width >= about.To)
                    throw new InvalidDataException($"{tar.Name} isn't an entry of a bundle, or not in order.");
                last = tile;
                var leaves = run.Tiles.Leaves(tile);
                await foreach (var (chunk, length) in ChunksAsync(tar, cancel))
                {
                    pending.Enqueue(Task.Run(() => parsers.Read(chunk, length, tile, leaves), CancellationToken.None));
                    if (pending.Count > 2 * _threads)
                        await TakeAsync();
                }
            }

            while (pending.Count > 0)
                await TakeAsync();
        }
        finally
        {
            // They use the tiles, which go with the caller; what failed first was said.
            await Task.WhenAll(pending).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task TakeAsync()
        {
            foreach (var row in await pending.Dequeue())
                run.Take(row);
            progress?.Invoke(run.NextIndex - about.From, about.To - about.From);
        }
    }

    /// <summary>An entry's lines in chunks of about <see cref="ChunkSize"/> bytes; the buffers are rented, and the receiver's to give back.</summary>
    private static async IAsyncEnumerable<(byte[] Chunk, int Length)> ChunksAsync(BundleTar tar, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkSize, Math.Max(tar.Length, 1)));
        var filled = 0;
        for (int read; (read = await tar.ReadAsync(buffer.AsMemory(filled), cancel)) > 0;)
        {
            filled += read;
            if (filled < buffer.Length && tar.Left > 0)
                continue;
            var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && filled >= LongestLine)
                throw new InvalidDataException($"{tar.Name} has a line of more than {LongestLine} bytes.");
            var next = ArrayPool<byte>.Shared.Rent(end == 0 ? 2 * buffer.Length : Math.Max(ChunkSize, filled - end + 1));
            buffer.AsSpan(end, filled - end).CopyTo(next);
            filled -= end;
            if (end > 0)
                yield return (buffer, end);
            else
                ArrayPool<byte>.Shared.Return(buffer);
            buffer = next;
        }

        if (filled > 0 || tar.Length == 0)
            throw new InvalidDataException($"{tar.Name} is empty, or its last line has no end.");
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static long TileOf(string name) => name.StartsWith("events/", StringComparison.Ordinal) && name.EndsWith(".jsonl", StringComparison.Ordinal)
        && NoteText.TryParseNumber(name["events/".Length..^".jsonl".Length], out var tile) ? tile : -1;

    /// <summary>As many readers of lines as work at once.</summary>
    private sealed class ParserPool(Func<BundleLines> make)
    {
        private readonly ConcurrentBag<BundleLines> _free = [];

        public List<BundleRow> Read(byte[] chunk, int length, long tile, ReadOnlyMemory<byte> leaves)
        {
            var lines = _free.TryTake(out var free) ? free : make();
            var rows = lines.Read(chunk.AsSpan(0, length), tile, TileMath.HashesIn(leaves.Span));
            _free.Add(lines);
            ArrayPool<byte>.Shared.Return(chunk);
            return rows;
        }
    }
}
