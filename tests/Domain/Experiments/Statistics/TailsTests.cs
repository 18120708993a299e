using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

public sealed class TailsTests
{
    /// <summary>Expected: the density integrated with 50 decimal digits by exp-sinh quadrature.</summary>
    [Theory]
    [InlineData(1, 5, 3.632174676491226e-01)]
    [InlineData(3, 1.5, 1.335477542549133e-01)]
    [InlineData(5, 30, 2.329668546700780e-05)]
    [InlineData(10, 100, 9.901688984594139e-17)]
    [InlineData(10, 499, 1.397192570527038e-21)]
    [InlineData(10, 501, 1.375034051173353e-21)]
    [InlineData(0.5, 501, 6.172946111635652e-01)]
    [InlineData(2, 6866.3, 4.553958252469691e-02)]
    [InlineData(30, 1e4, 2.044327047425571e-189)]
    [InlineData(6, 1e6, 1.973849812354435e-09)]
    [InlineData(1.46, 3.7e7, 1.442900824221538e-01)]
    [InlineData(3, 1e9, 2.699796129737916e-03)]
    public void Students_tail_is_exact_far_out_and_for_many_degrees_of_freedom(double t, double df, double expected)
    {
        Tails.StudentBoth(t, df).ShouldBe(expected, expected * 1e-9);
        Tails.StudentBoth(-t, df).ShouldBe(Tails.StudentBoth(t, df));
        (Tails.Student(t, df) + Tails.Student(-t, df)).ShouldBe(1, 1e-15);
    }

    /// <summary>Expected: as above, and for two degrees of freedom exp(-x/2).</summary>
    [Theory]
    [InlineData(1.49, 1, 2.222164598441582e-01)]
    [InlineData(31.2, 4, 2.786853699792800e-06)]
    [InlineData(50, 60, 8.178960840225449e-01)]
    [InlineData(200, 3, 4.218541107192043e-43)]
    [InlineData(1000, 5, 6.010077687920804e-214)]
    [InlineData(600, 2, 5.148200222412013e-131)]
    [InlineData(0, 3, 1)]
    public void Chi_squares_tail_is_exact_far_out(double x, double df, double expected) => Tails.ChiSquare(x, df).ShouldBe(expected, expected * 1e-12);

    [Theory]
    [InlineData(0.025, 1, 12.706204736174705)]
    [InlineData(0.025, 5, 2.570581835636314)]
    [InlineData(0.005, 30, 2.7499956535672259)]
    [InlineData(1e-6, 1, 318309.88618273)]
    public void Students_quantile_is_that_of_tables(double tail, double df, double expected) => Tails.StudentQuantile(tail, df).ShouldBe(expected, expected * 1e-12);

    [Fact]
    public void A_quantile_has_the_tail_that_was_asked_for()
    {
        foreach (var df in (double[])[1, 1.7, 4, 33, 250, 499.9, 500.1, 3000, 1e6, 1e9])
            foreach (var tail in (double[])[0.6, 0.5, 0.3, 0.05, 0.025, 1e-3, 1e-5, 1e-9])
                Tails.Student(Tails.StudentQuantile(tail, df), df).ShouldBe(tail, tail * 1e-7, $"{tail} of {df}");
    }
}
