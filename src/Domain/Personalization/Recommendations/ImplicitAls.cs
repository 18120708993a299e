using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using Lanes = System.Numerics.Vector<float>;

namespace Platform.Domain.Personalization;

/// <summary>
/// Matrix factorisation of implicit feedback by alternating least squares (Hu, Koren, Volinsky: "Collaborative Filtering for Implicit
/// Feedback Datasets", 2008): confidence 1 + alpha x weight.
/// Only items' factors are kept; a visitor's are solved from what the visitor had when asked, so visitors who came after the fit are
/// served, and nothing of a visitor is in the model.
/// 4 bytes x factors an item.
/// </summary>
public sealed class ImplicitAls
{
    private readonly float[] _items;
    private readonly double[] _base;
    private readonly double _alpha;
    private readonly int _factors, _count;

    private ImplicitAls(Matrix<double> items, double alpha, double lambda, int generation)
    {
        (_count, _factors, _alpha, Generation) = (items.RowCount, items.ColumnCount, alpha, generation);
        _items = [.. items.ToRowMajorArray().Select(value => (float)value)];
        _base = Gram(items, lambda).AsColumnMajorArray();
    }

    public int Generation { get; }

    /// <param name="matrix">Who had what.</param>
    /// <param name="factors">Of an item.</param>
    /// <param name="sweeps">Over visitors and items.</param>
    /// <param name="alpha">Confidence of a weight of 1.</param>
    /// <param name="lambda">L2 regularisation, above 0.</param>
    /// <param name="seed">Of the factors at the beginning.</param>
    public static ImplicitAls Fit(InteractionMatrix matrix, int factors = 32, int sweeps = 10, double alpha = 20, double lambda = 1, ulong seed = 1)
    {
        var random = new SplitMix64(seed);
        var items = Matrix<double>.Build.Dense(matrix.Items, factors, (_, _) => (random.NextDouble() - 0.5) * 0.1);
        var visitors = Matrix<double>.Build.Dense(matrix.Visitors.Length, factors);
        var columns = Transposed(matrix);
        if (visitors.RowCount > 0)
            for (var sweep = 0; sweep < sweeps; sweep++)
            {
                Solve(visitors, items, matrix.Visitors, alpha, lambda);
                Solve(items, visitors, columns, alpha, lambda);
            }
        return new ImplicitAls(items, alpha, lambda, matrix.Generation);
    }

    /// <summary>A visitor's factors: the least squares solution for what the visitor had, each with weight 1.</summary>
    /// <returns>Null: nothing that the visitor had is in the model.</returns>
    public Folded? Fold(ReadOnlySpan<int> had) => Normal(had) is { } normal ? new Folded(this, normal, had) : null;

    /// <summary>A visitor, as the model sees one.</summary>
    public sealed class Folded
    {
        private readonly ImplicitAls _model;
        private readonly Cholesky<double> _normal;
        private readonly float[] _visitor;

        internal Folded(ImplicitAls model, Cholesky<double> normal, ReadOnlySpan<int> had)
        {
            (_model, _normal) = (model, normal);
            var right = new double[model._factors];
            foreach (var item in had)
                for (var f = 0; f < right.Length && item < model._count; f++)
                    right[f] += model._items[item * right.Length + f] * (1 + model._alpha);
            _visitor = Array.ConvertAll(normal.Solve(Vector<double>.Build.Dense(right)).AsArray(), value => (float)value);
        }

        /// <summary>Adds to each item's score: the product of visitor and item.</summary>
        public void Score(Span<double> scores)
        {
            var factors = _visitor.Length;
            for (var item = 0; item < Math.Min(_model._count, scores.Length); item++)
                scores[item] += Dot(_visitor, _model._items.AsSpan(item * factors, factors));
        }

        /// <summary>
        /// How much of items' scores each item that the visitor had is (section 5 of the paper), by item and what was had; the sum over
        /// what was had is the score.
        /// </summary>
        public double[][] Parts(ReadOnlySpan<int> had, ReadOnlySpan<int> items)
        {
            var (parts, factors) = (new double[items.Length][], _visitor.Length);
            for (var i = 0; i < items.Length; i++)
            {
                parts[i] = new double[had.Length];
                if (items[i] >= _model._count)
                    continue;
                var solved = _normal.Solve(_model.Row(items[i])).AsArray();
                for (var n = 0; n < had.Length; n++)
                    for (var f = 0; f < factors && had[n] < _model._count; f++)
                        parts[i][n] += solved[f] * _model._items[had[n] * factors + f] * (1 + _model._alpha);
            }
            return parts;
        }
    }

    private static void Solve(Matrix<double> of, Matrix<double> other, ImmutableArray<ImmutableArray<(int Item, float Weight)>> rows, double alpha, double lambda)
    {
        var gram = Gram(other, lambda).AsColumnMajorArray();
        for (var r = 0; r < rows.Length; r++)
        {
            var (system, right) = ((double[])gram.Clone(), Vector<double>.Build.Dense(other.ColumnCount));
            foreach (var (column, weight) in rows[r])
            {
                var factors = other.Row(column);
                AddOuter(system, factors.AsArray(), alpha * weight);
                right += factors * (1 + alpha * weight);
            }
            of.SetRow(r, Matrix<double>.Build.Dense(other.ColumnCount, other.ColumnCount, system).Cholesky().Solve(right));
        }
    }

    private static Matrix<double> Gram(Matrix<double> factors, double lambda) =>
        factors.TransposeThisAndMultiply(factors) + Matrix<double>.Build.DenseDiagonal(factors.ColumnCount, lambda);

    // The hottest loop of the fit: without indexers.
    private static void AddOuter(Span<double> system, ReadOnlySpan<double> v, double scale)
    {
        for (var i = 0; i < v.Length; i++)
        {
            var (column, by) = (i * v.Length, scale * v[i]);
            for (var j = 0; j < v.Length; j++)
                system[column + j] += by * v[j];
        }
    }

    private static ImmutableArray<ImmutableArray<(int, float)>> Transposed(InteractionMatrix matrix)
    {
        var columns = Enumerable.Range(0, matrix.Items).Select(_ => ImmutableArray.CreateBuilder<(int, float)>()).ToArray();
        for (var visitor = 0; visitor < matrix.Visitors.Length; visitor++)
            foreach (var (item, weight) in matrix.Visitors[visitor])
                columns[item].Add((visitor, weight));
        return [.. columns.Select(column => column.ToImmutable())];
    }

    // null: nothing that the visitor had is in the model.
    private Cholesky<double>? Normal(ReadOnlySpan<int> had)
    {
        double[]? system = null;
        Span<double> row = stackalloc double[_factors];
        foreach (var item in had)
        {
            if (item >= _count)
                continue;
            for (var f = 0; f < _factors; f++)
                row[f] = _items[item * _factors + f];
            AddOuter(system ??= (double[])_base.Clone(), row, _alpha);
        }
        return system is null ? null : Matrix<double>.Build.Dense(_factors, _factors, system).Cholesky();
    }

    private Vector<double> Row(int item) => Vector<double>.Build.Dense(_factors, f => _items[item * _factors + f]);

    private static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var (sum, n) = (Lanes.Zero, 0);
        for (; n <= one.Length - Lanes.Count; n += Lanes.Count)
            sum += new Lanes(one[n..]) * new Lanes(other[n..]);
        var dot = System.Numerics.Vector.Sum(sum);
        for (; n < one.Length; n++)
            dot += one[n] * other[n];
        return dot;
    }
}
