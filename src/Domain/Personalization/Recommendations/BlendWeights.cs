namespace Platform.Domain.Personalization;

/// <summary>
/// How much each model says, learnt while visitors choose: a conditional logit (McFadden: "Conditional logit analysis of qualitative
/// choice behavior", 1974) of what was taken among what could
/// have been, one step of AdaGrad (Duchi, Hazan, Singer, 2011) a choice. Weights are of all visitors together; nothing of one can be told
/// from them.
/// </summary>
/// <param name="initial">By model.</param>
/// <param name="rate">Step of AdaGrad.</param>
public sealed class BlendWeights(double[] initial, double rate = 0.5)
{
    // Squares begin at 1: the first step would otherwise be a whole rate, whatever it says.
    private readonly double[] _weights = [.. initial], _squares = [.. initial.Select(_ => 1.0)], _expected = new double[initial.Length];

    public ReadOnlySpan<double> Values => _weights;

    /// <summary>Sum over models of weight times score.</summary>
    internal double Score(double[][] scores, int item)
    {
        var sum = 0.0;
        for (var m = 0; m < _weights.Length; m++)
            sum += _weights[m] * scores[m][item];
        return sum;
    }

    /// <param name="scores">By model and item, 0 to 1.</param>
    /// <param name="candidates">What could have been taken; <paramref name="taken"/> may be among it.</param>
    /// <param name="taken">The item.</param>
    public void Learn(double[][] scores, ReadOnlySpan<int> candidates, int taken)
    {
        var best = Score(scores, taken);
        foreach (var item in candidates)
            best = Math.Max(best, Score(scores, item));
        Array.Clear(_expected);
        var sum = Add(scores, taken, best);
        foreach (var item in candidates)
            if (item != taken)
                sum += Add(scores, item, best);
        for (var m = 0; m < _weights.Length; m++)
        {
            var gradient = scores[m][taken] - _expected[m] / sum;
            _squares[m] += gradient * gradient;
            _weights[m] += rate * gradient / Math.Sqrt(_squares[m]);
        }
    }

    private double Add(double[][] scores, int item, double best)
    {
        var share = Math.Exp(Score(scores, item) - best);
        for (var m = 0; m < _weights.Length; m++)
            _expected[m] += share * scores[m][item];
        return share;
    }
}
