using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

/// <summary>Models against their definitions, written with plain arrays or whole matrices.</summary>
public sealed class ModelTests
{
    private static readonly InteractionMatrix _matrix = Fixed();

    [Fact]
    public void Ease_is_the_solution_of_its_equations()
    {
        const double lambda = 3;
        var (ease, gram, inverse) = (Ease.Fit(_matrix, lambda, mostNeighbours: int.MaxValue), Gram(), (double[,])null!);
        for (var i = 0; i < _matrix.Items; i++)
            gram[i, i] += lambda;
        inverse = Inverse(gram);
        for (var i = 0; i < _matrix.Items; i++)
            for (var j = 0; j < _matrix.Items; j++)
                ease.Weight(i, j).ShouldBe(i == j ? 0 : -inverse[i, j] / inverse[j, j], 1e-6);
        var scores = new double[_matrix.Items];
        ease.Score([0, 3], scores);
        for (var j = 0; j < _matrix.Items; j++)
            scores[j].ShouldBe((j == 0 ? 0 : -inverse[0, j] / inverse[j, j]) + (j == 3 ? 0 : -inverse[3, j] / inverse[j, j]), 1e-6);
    }

    [Fact]
    public void Neighbours_are_cosines_of_columns()
    {
        var together = new CoVisits(1000);
        foreach (var row in _matrix.Visitors)
            for (var n = 0; n < row.Length; n++)
                together.Add(row[n].Item, [.. row.Take(n).Select(entry => entry.Item)]);
        var gram = Gram();
        var scores = new double[_matrix.Items];
        together.Score([1, 4], scores);
        for (var i = 0; i < _matrix.Items; i++)
        {
            for (var j = 0; j < _matrix.Items; j++)
                if (i != j)
                    together.Similarity(i, j).ShouldBe(gram[i, j] / Math.Sqrt(gram[i, i] * gram[j, j]), 1e-6);
            scores[i].ShouldBe(((int[])[1, 4]).Where(had => had != i).Sum(had => gram[had, i] / Math.Sqrt(gram[had, had] * gram[i, i])), 1e-6);
        }
    }

    [Fact]
    public void Als_is_the_same_for_the_same_seed_and_its_parts_add_up()
    {
        var (one, same, other) = (ImplicitAls.Fit(_matrix, factors: 4), ImplicitAls.Fit(_matrix, factors: 4), ImplicitAls.Fit(_matrix, factors: 4, seed: 2));
        int[] had = [0, 2, 5];
        var scores = Scores(one);
        Scores(same).ShouldBe(scores);
        Scores(other).ShouldNotBe(scores);
        for (var item = 0; item < _matrix.Items; item++)
            one.Fold(had)!.Parts(had, [item])[0].Sum().ShouldBe(scores[item], 1e-5);

        double[] Scores(ImplicitAls als)
        {
            var of = new double[_matrix.Items];
            als.Fold(had)!.Score(of);
            return of;
        }
    }

    /// <summary>Two groups of visitors who share nothing: what the one had says little for the other.</summary>
    [Fact]
    public void Als_finds_who_is_alike()
    {
        var groups = new InteractionMatrix(8, [.. Enumerable.Range(0, 20).Select(v => Enumerable.Range(0, 4).Where(i => (v / 2 + i) % 4 != 0).Select(i => (i + v % 2 * 4, 1f)).ToImmutableArray())]);
        var scores = new double[8];
        ImplicitAls.Fit(groups, factors: 2).Fold([0, 1])!.Score(scores);
        scores[2..4].Min().ShouldBeGreaterThan(scores[4..].Max() + 0.3);
    }

    [Fact]
    public void Models_of_nothing_say_nothing()
    {
        var nothing = new InteractionMatrix(0, []);
        Ease.Fit(nothing).Score([0], []);
        ImplicitAls.Fit(nothing).Fold([0]).ShouldBeNull();
        new CoVisits(10).Score([0], []);
    }

    private static InteractionMatrix Fixed()
    {
        // A fixed pattern without symmetry: item i is had by visitor v if their product has a small rest.
        return new InteractionMatrix(9, [.. Enumerable.Range(1, 40).Select(v => Enumerable.Range(0, 9).Where(i => (v * v + 3 * v * (i + 1) + i * i) % 7 < 3).Select(i => (i, 1f)).ToImmutableArray())]);
    }

    private static double[,] Gram()
    {
        var gram = new double[_matrix.Items, _matrix.Items];
        foreach (var row in _matrix.Visitors)
            foreach (var (i, _) in row)
                foreach (var (j, _) in row)
                    gram[i, j]++;
        return gram;
    }

    // Gauss and Jordan, with pivots.
    private static double[,] Inverse(double[,] of)
    {
        var n = of.GetLength(0);
        var m = Matrix<double>.Build.Dense(n, 2 * n, (i, j) => j < n ? of[i, j] : j - n == i ? 1 : 0).ToArray();
        for (var c = 0; c < n; c++)
        {
            var pivot = Enumerable.Range(c, n - c).MaxBy(r => Math.Abs(m[r, c]));
            for (var j = 0; j < 2 * n; j++)
                (m[c, j], m[pivot, j]) = (m[pivot, j], m[c, j]);
            for (var r = 0; r < n; r++)
                if (r != c && m[r, c] / m[c, c] is var factor)
                    for (var j = 0; j < 2 * n; j++)
                        m[r, j] -= factor * m[c, j];
            var by = m[c, c];
            for (var j = 0; j < 2 * n; j++)
                m[c, j] /= by;
        }
        var inverse = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                inverse[i, j] = m[i, n + j];
        return inverse;
    }
}
