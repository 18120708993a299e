using MathNet.Numerics.LinearAlgebra;

namespace Platform.Domain.Personalization;

/// <summary>
/// EASE (Steck: "Embarrassingly Shallow Autoencoders for Sparse Data", 2019): with P the inverse of X'X + lambda I, item i speaks for
/// item j with B(i, j) = -P(i, j) / P(j, j), and not for itself.
/// A score is the sum over what the visitor had. Fitting takes O(items^3) time and 3 x 8 items^2 bytes, so only the most popular items
/// take part; what is kept has 12 bytes a weight.
/// </summary>
public sealed class Ease
{
    private readonly Dictionary<int, (int[] Items, double[] Weights)> _rows;

    private Ease(Dictionary<int, (int[], double[])> rows, int generation) => (_rows, Generation) = (rows, generation);

    public int Generation { get; }

    /// <param name="matrix">Any weight counts 1.</param>
    /// <param name="lambda">L2 regularisation, above 0.</param>
    /// <param name="mostItems">That take part.</param>
    /// <param name="mostNeighbours">Weights kept of an item, the largest by absolute value.</param>
    public static Ease Fit(InteractionMatrix matrix, double lambda = 250, int mostItems = 2000, int mostNeighbours = 500)
    {
        var columns = matrix.MostPopular(mostItems);
        if (columns.Length == 0)
            return new Ease([], matrix.Generation);
        var at = new int[matrix.Items];
        Array.Fill(at, -1);
        for (var c = 0; c < columns.Length; c++)
            at[columns[c]] = c;
        var gram = Matrix<double>.Build.Dense(columns.Length, columns.Length);
        foreach (var row in matrix.Visitors)
        {
            var had = row.Select(entry => at[entry.Item]).Where(c => c >= 0).ToArray();
            foreach (var i in had)
                foreach (var j in had)
                    gram[i, j]++;
        }
        for (var c = 0; c < columns.Length; c++)
            gram[c, c] += lambda;
        // X'X + lambda I is positive definite.
        var inverse = gram.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(columns.Length));
        var diagonal = inverse.Diagonal();
        var rows = new Dictionary<int, (int[], double[])>(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            var kept = Enumerable.Range(0, columns.Length).Where(j => j != i)
                .Select(j => (Item: columns[j], Weight: -inverse[i, j] / diagonal[j])).Where(e => e.Weight != 0)
                .OrderByDescending(e => Math.Abs(e.Weight)).Take(mostNeighbours).OrderBy(e => e.Item).ToArray();
            rows[columns[i]] = ([.. kept.Select(e => e.Item)], [.. kept.Select(e => e.Weight)]);
        }
        return new Ease(rows, matrix.Generation);
    }

    /// <summary>How much having one item speaks for another; below 0: against it.</summary>
    public double Weight(int had, int item) => _rows.TryGetValue(had, out var row) && Array.BinarySearch(row.Items, item) is >= 0 and var at ? row.Weights[at] : 0;

    /// <summary>Adds to each item's score.</summary>
    public void Score(ReadOnlySpan<int> had, Span<double> scores)
    {
        foreach (var one in had)
            if (_rows.TryGetValue(one, out var row))
                for (var n = 0; n < row.Items.Length; n++)
                    if (row.Items[n] < scores.Length)
                        scores[row.Items[n]] += row.Weights[n];
    }
}
