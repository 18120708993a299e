using System.Runtime.InteropServices;
using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>A log of 15 entries that transparency-dev/tessera wrote, at each of its sizes.</summary>
public class TlogTilesAcceptanceTests
{
    private const int Size = 15;

    private static readonly VerifierKey _key = VerifierKey.Parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");

    private static readonly string[] _words =
        ["one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten"];

    [Fact]
    public void Every_checkpoint_is_read_and_its_signature_verified()
    {
        for (var size = 0; size <= Size; size++)
        {
            var text = File.ReadAllText(Path.Combine(Folder, $"checkpoint.{size}"));
            var note = SignedNote.Parse(text);
            note.ToString().ShouldBe(text);
            note.Verify([_key]).Keys.ShouldBe([_key]);
            var checkpoint = Checkpoint.Parse(note.Text);
            (checkpoint.Origin, checkpoint.Size, checkpoint.ToText()).ShouldBe(("example.com/log/testdata", size, note.Text));
        }
    }

    [Fact]
    public void Every_root_follows_from_the_entries()
    {
        Root(0).ShouldBe(MerkleTree.EmptyRoot);
        for (var size = 1; size <= Size; size++)
            MerkleTree.Root(Leaves(size)).ShouldBe(Root(size), $"{size} entries");
    }

    [Fact]
    public void Every_tile_holds_the_hashes_of_the_entries()
    {
        for (var size = 1; size <= Size; size++)
            File.ReadAllBytes(Path.Combine(Folder, TilePath.Of(0, 0, size))).ShouldBe(MemoryMarshal.AsBytes(Leaves(size).AsSpan()).ToArray());
    }

    [Fact]
    public async Task Every_smaller_log_is_proved_to_begin_every_larger_one()
    {
        for (var to = 1; to <= Size; to++)
        {
            var tree = new TiledTree(new Tiles(Folder), to);
            (await tree.RootAsync()).ShouldBe(Root(to));
            for (var from = 1; from <= to; from++)
                MerkleTree.VerifyConsistency(from, to, await tree.ConsistencyAsync(from), Root(from), Root(to)).ShouldBeTrue($"{from} to {to}");
            for (var index = 0; index < to; index++)
                MerkleTree.VerifyInclusion(index, to, Leaves(to)[index], await tree.InclusionAsync(index), Root(to)).ShouldBeTrue($"{index} of {to}");
        }
    }

    [Fact]
    public void Our_own_writer_gives_the_same_bytes_for_the_same_words()
    {
        var frontier = new TreeFrontier();
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var size = 1; size <= Size; size++)
        {
            entries.Add(Encoding.UTF8.GetBytes(_words[size - 1]));
            frontier.Append(Hash.Of([0, .. entries[^1].Span]));
            var tile = TileMath.Grown(size - 1, size).ShouldHaveSingleItem();
            var written = new TiledLog([.. entries.Select(entry => Hash.Of([0, .. entry.Span]))]).Tiles[tile];
            written.ShouldBe(File.ReadAllBytes(Path.Combine(Folder, tile.ToString())));
            EntryBundle.Encode(entries).ShouldBe(File.ReadAllBytes(Path.Combine(Folder, TilePath.OfEntries(0, size))));
            new Checkpoint("example.com/log/testdata", size, frontier.Root).ToText().ShouldBe(Note(size).Text);
        }
    }

    private static string Folder => Path.Combine(LedgerSets.Folder("tlog-tiles"), "log");

    private static SignedNote Note(int size) => SignedNote.Parse(File.ReadAllBytes(Path.Combine(Folder, $"checkpoint.{size}")));

    private static Hash Root(int size) => Checkpoint.Parse(Note(size).Text).Root;

    private static Hash[] Leaves(int size) =>
        [.. EntryBundle.Decode(File.ReadAllBytes(Path.Combine(Folder, TilePath.OfEntries(0, size)))).Select(entry => Hash.Of([0, .. entry.Span]))];

    private sealed class Tiles(string folder) : ITileSource
    {
        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(TileId tile, CancellationToken cancel) =>
            await File.ReadAllBytesAsync(Path.Combine(folder, tile.ToString()), cancel);
    }
}
