namespace Platform.Domain.Experiments;

/// <summary>What a test says of an effect.</summary>
/// <param name="Method">The test's name.</param>
/// <param name="P">The p-value, from 0 to 1.</param>
/// <param name="Low">Where the interval begins; null: it's open.</param>
/// <param name="High">Where it ends; null: it's open.</param>
public sealed record Inference(string Method, double P, double? Low = null, double? High = null)
{
    internal bool IsFinite => double.IsFinite(P) && double.IsFinite(Low ?? 0) && double.IsFinite(High ?? 0);
}
