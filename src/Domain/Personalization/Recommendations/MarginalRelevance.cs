namespace Platform.Domain.Personalization;

/// <summary>
/// Maximal marginal relevance (Carbonell, Goldstein: "The Use of MMR, Diversity-Based Reranking", 1998): what is relevant and unlike what
/// stands above it.
/// </summary>
public static class MarginalRelevance
{
    /// <returns>Places of the list in their new order; all of them if <paramref name="count"/> is its length.</returns>
    /// <param name="relevance">Of each, 0 to 1, best first.</param>
    /// <param name="similarity">Of two places, 0 to 1.</param>
    /// <param name="diversity">0: by relevance alone; 1: by unlikeness alone.</param>
    /// <param name="count">Places to fill.</param>
    public static int[] Order(ReadOnlySpan<double> relevance, Func<int, int, double> similarity, double diversity, int count)
    {
        var (order, nearest, isTaken) = (new int[Math.Min(count, relevance.Length)], new double[relevance.Length], new bool[relevance.Length]);
        for (var place = 0; place < order.Length; place++)
        {
            var (best, most) = (-1, double.NegativeInfinity);
            for (var n = 0; n < relevance.Length; n++)
                if (!isTaken[n] && (1 - diversity) * relevance[n] - diversity * nearest[n] is var value && value > most)
                    (best, most) = (n, value);
            (order[place], isTaken[best]) = (best, true);
            for (var n = 0; n < relevance.Length; n++)
                if (!isTaken[n])
                    nearest[n] = Math.Max(nearest[n], similarity(best, n));
        }
        return order;
    }
}
