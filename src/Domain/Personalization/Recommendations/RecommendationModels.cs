using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Whose scores recommendations may be asked by.</summary>
public static class RecommendationModels
{
    /// <summary>All models, weighed as was learnt.</summary>
    public const string Hybrid = "hybrid";

    /// <summary>Trending once, as the half-life that serves news best.</summary>
    public const string Trending = "trending";

    /// <summary>How much unlikeness usually counts beside relevance where all models are asked, per cent.</summary>
    public const int UsualDiversity = 20;

    private const string TrendingModel = "trending 6h";

    public static ImmutableArray<string> Names { get; } =
        [Hybrid, Trending, .. Recommender.NamesOf(new RecommenderOptions()).Where(name => !name.StartsWith(Trending, StringComparison.Ordinal))];

    /// <summary>As a query names it; null: the hybrid.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static string? Of(string name) => name switch { Hybrid => null, Trending => TrendingModel, _ => name };

    /// <summary>How much unlikeness counts where nothing else is said, per cent: of one model's scores alone nothing is to be left out.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static int DiversityOf(string name) => name == Hybrid ? UsualDiversity : 0;
}
