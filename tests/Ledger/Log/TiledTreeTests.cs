namespace Platform.Ledger.Tests;

public class TiledTreeTests
{
    private static readonly Hash[] _leaves = NaiveTree.Leaves(70_000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public async Task Every_root_leaf_and_proof_of_a_small_tree_is_that_of_the_definition(int size)
    {
        var tree = new TiledTree(new TiledLog(_leaves.AsSpan(0, size)), size);
        (await tree.RootAsync()).ShouldBe(NaiveTree.Root(_leaves.AsSpan(0, size)));
        for (var n = 0; n < size; n += size > 300 ? 7 : 1)
        {
            (await tree.LeafAsync(n)).ShouldBe(_leaves[n]);
            (await tree.InclusionAsync(n)).ShouldBe(NaiveTree.Inclusion(n, _leaves.AsSpan(0, size)), $"leaf {n} of {size}");
            (await tree.ConsistencyAsync(n + 1)).ShouldBe(NaiveTree.Consistency(n + 1, _leaves.AsSpan(0, size)), $"{n + 1} to {size}");
        }
    }

    [Fact]
    public async Task Proofs_of_a_tree_with_three_levels_of_tiles_hold_and_read_few_tiles()
    {
        var log = new TiledLog(_leaves);
        var tree = new TiledTree(log, _leaves.Length);
        var root = MerkleTree.Root(_leaves);
        (await tree.RootAsync()).ShouldBe(root);
        foreach (var n in new[] { 0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999 }.Concat(new Random(1).GetItems(Enumerable.Range(0, 70_000).ToArray(), 200)))
        {
            log.Read.Clear();
            MerkleTree.VerifyInclusion(n, tree.Size, _leaves[n], await tree.InclusionAsync(n), root).ShouldBeTrue($"leaf {n}");
            log.Read.Count.ShouldBeLessThanOrEqualTo(6);
            log.Read.Clear();
            var from = MerkleTree.Root(_leaves.AsSpan(0, n + 1));
            MerkleTree.VerifyConsistency(n + 1, tree.Size, await tree.ConsistencyAsync(n + 1), from, root).ShouldBeTrue($"from {n + 1}");
            log.Read.Count.ShouldBeLessThanOrEqualTo(6);
        }
    }

    [Fact]
    public async Task The_frontier_goes_on_where_the_tiles_end()
    {
        var frontier = await new TiledTree(new TiledLog(_leaves.AsSpan(0, 69_000)), 69_000).FrontierAsync();
        foreach (ref readonly var leaf in _leaves.AsSpan(69_000))
            frontier.Append(leaf);
        frontier.Root.ShouldBe(MerkleTree.Root(_leaves));
    }

    [Fact]
    public async Task The_empty_tree_reads_nothing()
    {
        var log = new TiledLog([]);
        (await new TiledTree(log, 0).RootAsync()).ShouldBe(MerkleTree.EmptyRoot);
        log.Read.ShouldBeEmpty();
    }

    [Fact]
    public void No_tree_has_a_negative_size() => Should.Throw<ArgumentOutOfRangeException>(() => new TiledTree(new TiledLog([]), -1));

    [Fact]
    public async Task A_tile_that_is_too_short_is_named()
    {
        var log = new TiledLog(_leaves.AsSpan(0, 300));
        log.Tiles[new TileId(0, 1, 44)] = new byte[43 * Hash.Size];
        (await Should.ThrowAsync<InvalidDataException>(new TiledTree(log, 300).RootAsync())).Message.ShouldContain("tile/0/001.p/44");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(300)]
    public async Task What_the_tree_lacks_is_not_proved(long index)
    {
        var tree = new TiledTree(new TiledLog(_leaves.AsSpan(0, 300)), 300);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(tree.LeafAsync(index));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(tree.InclusionAsync(index));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(tree.ConsistencyAsync(index < 0 ? 0 : index + 1));
    }
}
