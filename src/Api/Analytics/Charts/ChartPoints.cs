using System.Collections.Immutable;

namespace Platform.Api.Analytics;

/// <summary>A point of a line.</summary>
/// <param name="Index">Which it is.</param>
/// <param name="X">Pixels.</param>
/// <param name="Y">Pixels.</param>
internal readonly record struct ChartPoint(int Index, double X, double Y);

/// <summary>Fewer points that look like all: Largest Triangle Three Buckets (Steinarsson, Downsampling Time Series for Visual Representation, 2013). Peaks stay.</summary>
internal static class ChartPoints
{
    /// <param name="points">In their order.</param>
    /// <param name="most">At least 3.</param>
    public static ImmutableArray<ChartPoint> Thin(ImmutableArray<ChartPoint> points, int most)
    {
        if (points.Length <= most)
            return points;
        var kept = ImmutableArray.CreateBuilder<ChartPoint>(most);
        kept.Add(points[0]);
        var size = (points.Length - 2) / (double)(most - 2);
        for (var bucket = 0; bucket < most - 2; bucket++)
        {
            var (from, to) = (1 + (int)(bucket * size), 1 + (int)((bucket + 1) * size));
            var next = points[to..Math.Min(points.Length, Math.Max(to + 1, 1 + (int)((bucket + 2) * size)))];
            var (last, x, y) = (kept[^1], next.Average(point => point.X), next.Average(point => point.Y));
            kept.Add(points[from..to].MaxBy(point => Math.Abs((last.X - x) * (point.Y - last.Y) - (last.X - point.X) * (y - last.Y))));
        }
        kept.Add(points[^1]);
        return kept.MoveToImmutable();
    }
}
