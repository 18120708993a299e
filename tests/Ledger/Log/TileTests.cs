using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class TileTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 999, 17, "tile/1/999.p/17")]
    [InlineData(63, 1000, 1, "tile/63/x001/000.p/1")]
    [InlineData(null, 1000067, 255, "tile/entries/x001/x000/067.p/255")]
    [InlineData(2, long.MaxValue, 256, "tile/2/x009/x223/x372/x036/x854/x775/807")]
    public void A_path_is_written_and_read(int? level, long index, int width, string path)
    {
        new TileId(level, index, width).ToString().ShouldBe(path);
        TilePath.TryParse(path, out var id).ShouldBeTrue();
        id.ShouldBe(new TileId(level, index, width));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tile/0")]
    [InlineData("0/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/xx01/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/.p/5")]
    [InlineData("tile/0.p/5")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/data/000")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    public void Another_spelling_is_no_path(string? path) => TilePath.TryParse(path, out _).ShouldBeFalse();

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(64, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 257)]
    public void A_tile_that_cannot_be_has_no_path(int level, long index, int width) =>
        Should.Throw<ArgumentOutOfRangeException>(() => TilePath.Of(level, index, width));

    [Fact]
    public void Every_path_is_read_back_and_random_text_never_throws() => ForEachSeed(random =>
    {
        var id = new TileId(random.Next(4) == 0 ? null : random.Next(64), random.NextInt64(1L << random.Next(63)), random.Next(1, 257));
        TilePath.TryParse(id.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(id);
        var text = new string(random.GetItems("/xp.019tile".AsSpan(), random.Next(30)));
        if (TilePath.TryParse("tile/" + text, out read))
            read.ToString().ShouldBe("tile/" + text);
    });

    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_standards_example()
    {
        var tiles = TileMath.Of(70_000).ToList();
        tiles.Count(tile => tile.Level == 0 && tile.IsFull).ShouldBe(273);
        tiles.Where(tile => !(tile.Level == 0 && tile.IsFull)).Select(tile => tile.ToString())
            .ShouldBe(["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
        TileMath.Of(256).Select(tile => tile.ToString()).ShouldBe(["tile/0/000", "tile/1/000.p/1"]);
        TileMath.Of(0).ShouldBeEmpty();
    }

    [Fact]
    public void A_grown_tree_has_its_old_tiles_and_the_grown_ones() => ForEachSeed(random =>
    {
        var from = random.NextInt64(100_000);
        var to = from + random.NextInt64(2_000);
        var old = TileMath.Of(from).ToHashSet();
        TileMath.Grown(from, to).ShouldBe(TileMath.Of(to).Where(tile => !old.Contains(tile)));
    });

    [Fact]
    public void The_largest_tree_has_eight_levels()
    {
        TileMath.Hashes(7, long.MaxValue).ShouldBe(127);
        TileMath.Hashes(8, long.MaxValue).ShouldBe(0);
        TileMath.Width(0, long.MaxValue / 256, long.MaxValue).ShouldBe(255);
        TileMath.Width(0, long.MaxValue, long.MaxValue).ShouldBe(0);
    }

    [Fact]
    public void A_full_tile_gives_the_root_of_its_subtree()
    {
        var leaves = NaiveTree.Leaves(256);
        var bytes = MemoryMarshal.AsBytes(leaves.AsSpan()).ToArray();
        for (var width = 1; width <= 256; width *= 2)
            TileMath.RootOf(TileMath.HashesIn(bytes)[..width]).ShouldBe(NaiveTree.Root(leaves.AsSpan(0, width)));
        foreach (var width in new[] { 0, 3, 255 })
            Should.Throw<ArgumentException>(() => TileMath.RootOf(leaves.AsSpan(0, width)));
    }

    [Fact]
    public void A_bundle_is_read_back_and_its_beginnings_are_refused() => ForEachSeed(random =>
    {
        ReadOnlyMemory<byte>[] entries = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new ReadOnlyMemory<byte>(Bytes(random, random.Next(300))))];
        var bundle = EntryBundle.Encode(entries);
        var read = EntryBundle.Decode(bundle);
        read.Select(entry => entry.ToArray()).ShouldBe(entries.Select(entry => entry.ToArray()));
        var cut = random.Next(bundle.Length);
        try
        {
            EntryBundle.Decode(bundle.AsMemory(0, cut)).Count.ShouldBeLessThan(entries.Length);
        }
        catch (FormatException e)
        {
            e.Message.ShouldContain("ends within entry");
        }
    });

    [Fact]
    public void A_bundle_of_hashes_has_34_bytes_each()
    {
        var hashes = NaiveTree.Leaves(3);
        var bundle = EntryBundle.Encode(hashes.AsSpan());
        bundle.ShouldBe([0, 0x20, .. hashes[0].Bytes, 0, 0x20, .. hashes[1].Bytes, 0, 0x20, .. hashes[2].Bytes]);
    }

    [Fact]
    public void More_than_256_entries_or_one_too_long_is_no_bundle()
    {
        Should.Throw<ArgumentException>(() => EntryBundle.Encode(new ReadOnlyMemory<byte>[257]));
        Should.Throw<ArgumentException>(() => EntryBundle.Encode([new byte[65_536]]));
        Should.Throw<ArgumentException>(() => EntryBundle.Encode(new Hash[257].AsSpan()));
        EntryBundle.Decode(new byte[512]).Count.ShouldBe(256);
        Should.Throw<FormatException>(() => EntryBundle.Decode(new byte[514]));
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void ForEachSeed(Action<Random> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Random(seed))));
}
