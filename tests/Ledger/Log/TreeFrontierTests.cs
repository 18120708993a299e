namespace Platform.Ledger.Tests;

public class TreeFrontierTests
{
    private static readonly Hash[] _leaves = NaiveTree.Leaves(300);

    [Fact]
    public void At_every_size_it_has_the_root_and_can_be_taken_up_again_from_its_parts()
    {
        var frontier = new TreeFrontier();
        for (var size = 0; size <= _leaves.Length; size++)
        {
            frontier.Size.ShouldBe(size);
            frontier.Root.ShouldBe(NaiveTree.Root(_leaves.AsSpan(0, size)), $"{size} leaves");
            var again = TreeFrontier.Of(size, frontier.Roots);
            again.Root.ShouldBe(frontier.Root);
            again.Roots.ShouldBe(frontier.Roots);
            if (size == _leaves.Length)
                break;
            frontier.Append(_leaves[size]);
            again.Append(_leaves[size]);
            again.Root.ShouldBe(frontier.Root);
        }
    }

    [Fact]
    public void The_parts_are_the_roots_of_the_perfect_subtrees_from_left_to_right()
    {
        var frontier = Of(_leaves.AsSpan(0, 11));
        frontier.Roots.ShouldBe([NaiveTree.Root(_leaves.AsSpan(0, 8)), NaiveTree.Root(_leaves.AsSpan(8, 2)), _leaves[10]]);
    }

    [Fact]
    public void A_whole_subtree_counts_as_its_leaves()
    {
        var frontier = Of(_leaves.AsSpan(0, 24));
        frontier.Append(NaiveTree.Root(_leaves.AsSpan(24, 8)), 3);
        frontier.Append(NaiveTree.Root(_leaves.AsSpan(32, 32)), 5);
        (frontier.Size, frontier.Root).ShouldBe((64, NaiveTree.Root(_leaves.AsSpan(0, 64))));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(63)]
    public void A_subtree_where_the_tree_has_none_of_its_height_is_refused(int height)
    {
        var frontier = Of(_leaves.AsSpan(0, 12));
        Should.Throw<InvalidOperationException>(() => frontier.Append(_leaves[0], height));
        (frontier.Size, frontier.Root).ShouldBe((12, NaiveTree.Root(_leaves.AsSpan(0, 12))));
    }

    [Fact]
    public void A_clone_grows_by_itself()
    {
        var frontier = Of(_leaves.AsSpan(0, 5));
        var clone = frontier.Clone();
        clone.Append(_leaves[5]);
        (frontier.Size, frontier.Root).ShouldBe((5, NaiveTree.Root(_leaves.AsSpan(0, 5))));
        (clone.Size, clone.Root).ShouldBe((6, NaiveTree.Root(_leaves.AsSpan(0, 6))));
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    [InlineData(0, 1)]
    public void Parts_that_do_not_fit_the_size_are_refused(long size, int parts) =>
        Should.Throw<ArgumentException>(() => TreeFrontier.Of(size, _leaves[..parts]));

    [Fact]
    public void The_largest_tree_has_63_parts_and_takes_no_more_leaves()
    {
        var frontier = TreeFrontier.Of(long.MaxValue, _leaves[..63]);
        frontier.Roots.Count.ShouldBe(63);
        Should.Throw<InvalidOperationException>(() => frontier.Append(_leaves[0]));
    }

    [Fact]
    public void Appending_leaves_allocates_nothing()
    {
        var frontier = Of(_leaves);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref readonly var leaf in _leaves.AsSpan())
            frontier.Append(leaf);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static TreeFrontier Of(ReadOnlySpan<Hash> leaves)
    {
        var frontier = new TreeFrontier();
        foreach (ref readonly var leaf in leaves)
            frontier.Append(leaf);
        return frontier;
    }
}
