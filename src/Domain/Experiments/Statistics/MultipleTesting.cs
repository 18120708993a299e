namespace Platform.Domain.Experiments;

/// <summary>p-values of several tests, adjusted so that each may be held against alpha.</summary>
public static class MultipleTesting
{
    /// <summary>So that no false finding at all is likelier than alpha, however the tests depend on one another (Holm, "A Simple Sequentially
    /// Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979).</summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var (adjusted, highest) = (new double[p.Count], 0.0);
        foreach (var (n, rank) in Ranked(p))
            adjusted[n] = highest = Math.Max(highest, Math.Min(1, (p.Count - rank) * p[n]));
        return adjusted;
    }

    /// <summary>So that the expected part of false ones among the findings is at most alpha, for independent or positively dependent tests
    /// (Benjamini and Hochberg, "Controlling the False Discovery Rate", JRSS B 57, 1995).</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p)
    {
        var (adjusted, lowest) = (new double[p.Count], 1.0);
        foreach (var (n, rank) in Ranked(p).Reverse())
            adjusted[n] = lowest = Math.Min(lowest, p.Count * p[n] / (rank + 1));
        return adjusted;
    }

    private static (int N, int Rank)[] Ranked(IReadOnlyList<double> p) => [.. Enumerable.Range(0, p.Count).OrderBy(n => p[n]).Select((n, rank) => (n, rank))];
}
