using System.Globalization;

namespace Platform.Api.Analytics;

/// <summary>How far colours are apart, for whoever sees all of them and for whoever lacks a kind of cones: Machado, Oliveira and Fernandes (2009), severity 1.</summary>
internal static class ColourVision
{
    // Of linear shares of red, green and blue; the first is full sight, then without L, M and S cones.
    private static readonly double[][] Sights =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    ];

    // IEC 61966-2-1, to CIE XYZ under D65, of which the white is 1 each.
    private static readonly double[] ToXyz = [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047, 0.2126729, 0.7151522, 0.0721750, 0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883];

    /// <summary>The least CIE 1976 distance of two colours over all kinds of sight; 2.3 is just noticed.</summary>
    /// <param name="a"><c>#rgb</c> or <c>#rrggbb</c>.</param>
    /// <param name="b">The same.</param>
    public static double Distance(string a, string b) => Sights.Min(sight =>
    {
        var (one, other) = (Lab(Times(sight, Linear(a))), Lab(Times(sight, Linear(b))));
        return Math.Sqrt(one.Zip(other).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
    });

    /// <summary>A colour between two.</summary>
    /// <param name="from"><c>#rgb</c> or <c>#rrggbb</c>.</param>
    /// <param name="to">The same.</param>
    /// <param name="share">0: the first, 1: the second.</param>
    public static string Mix(string from, string to, double share) =>
        $"#{string.Concat(Shares(from).Zip(Shares(to)).Select(pair => ((int)Math.Round(255 * (pair.First + (pair.Second - pair.First) * share))).ToString("x2", CultureInfo.InvariantCulture)))}";

    private static double[] Shares(string hex)
    {
        var digits = hex.Length == 4 ? $"{hex[1]}{hex[1]}{hex[2]}{hex[2]}{hex[3]}{hex[3]}" : hex[1..];
        return [.. Enumerable.Range(0, 3).Select(n => byte.Parse(digits.AsSpan(2 * n, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)];
    }

    private static double[] Linear(string hex) => [.. Shares(hex).Select(share => share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4))];

    private static double[] Lab(double[] linear)
    {
        var f = Times(ToXyz, [.. linear.Select(share => Math.Clamp(share, 0, 1))]).Select(x => x > 216.0 / 24389 ? Math.Cbrt(x) : (24389.0 / 27 * x + 16) / 116).ToArray();
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];
    }

    private static double[] Times(double[] matrix, double[] vector) => [.. Enumerable.Range(0, 3).Select(row => matrix[row * 3] * vector[0] + matrix[row * 3 + 1] * vector[1] + matrix[row * 3 + 2] * vector[2])];
}
