using FsCheck;
using FsCheck.Fluent;
using Platform.Projections.Analytics;

namespace Platform.Projections.Tests.Analytics;

/// <summary>Visitors are counted exactly while they are few, and to within the stated error beyond.</summary>
public sealed class VisitorSketchTests
{
    [Fact]
    public void Few_are_counted_exactly_however_often_they_come()
    {
        var sketch = Of(0, VisitorSketch.MostExact, times: 3);
        (sketch.Count(), sketch.IsEstimate).ShouldBe((VisitorSketch.MostExact, false));
        VisitorSketch.Parse(sketch.ToBytes()).Count().ShouldBe(VisitorSketch.MostExact);
        new VisitorSketch().Count().ShouldBe(0);
    }

    [Theory]
    [InlineData(513)]
    [InlineData(2_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void Many_are_estimated_within_four_standard_errors(int visitors)
    {
        var sketch = Of(0, visitors);
        sketch.IsEstimate.ShouldBeTrue();
        ((double)sketch.Count()).ShouldBe(visitors, 4 * VisitorSketch.StandardError * visitors);
    }

    [Fact]
    public void The_error_over_many_sets_is_the_stated_one()
    {
        const int Sets = 200, Visitors = 20_000;
        var squares = Enumerable.Range(0, Sets).Select(set => (double)Of(set * Visitors, Visitors).Count() / Visitors - 1).ToArray();
        Math.Sqrt(squares.Average(error => error * error)).ShouldBeLessThan(VisitorSketch.StandardError * 1.2);
        // Nor is it one way.
        Math.Abs(squares.Average()).ShouldBeLessThan(VisitorSketch.StandardError / 3);
    }

    [Fact]
    public void Merged_sketches_are_the_sketch_of_all_in_any_order() => Prop.ForAll(Gen.Choose(0, 1_500).Three().ToArbitrary(), sizes =>
    {
        // They overlap.
        var parts = new[] { Of(0, sizes.Item1), Of(sizes.Item1 / 2, sizes.Item2), Of(700, sizes.Item3) };
        var whole = new VisitorSketch();
        for (var n = 0; n < sizes.Item1; n++)
            whole.Add(Visitor(n));
        for (var n = 0; n < sizes.Item2; n++)
            whole.Add(Visitor(sizes.Item1 / 2 + n));
        for (var n = 0; n < sizes.Item3; n++)
            whole.Add(Visitor(700 + n));
        foreach (var order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 2, 0] })
        {
            var merged = new VisitorSketch();
            foreach (var part in order)
                merged.Add(parts[part].ToBytes());
            if (!merged.ToBytes().AsSpan().SequenceEqual(whole.ToBytes()))
                return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_sketch_that_holds_more_exactly_merges_exact_ones_exactly()
    {
        var wide = new VisitorSketch(mostExact: 10_000);
        for (var part = 0; part < 10; part++)
            wide.Add(Of(part * 400, 500).ToBytes());
        (wide.Count(), wide.IsEstimate).ShouldBe((4_100, false));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[] { 2, 2 })]
    public void What_is_no_sketch_is_refused(byte[] bytes) => Should.Throw<FormatException>(() => VisitorSketch.Parse(bytes));

    private static VisitorSketch Of(int first, int visitors, int times = 1)
    {
        var sketch = new VisitorSketch();
        for (var time = 0; time < times; time++)
            for (var n = 0; n < visitors; n++)
                sketch.Add(Visitor(first + n));
        return sketch;
    }

    // As uneven as can be.
    private static Guid Visitor(int n) => new(n, 0, 0, new byte[8]);
}
