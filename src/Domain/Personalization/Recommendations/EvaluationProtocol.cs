using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>How contacts are divided into what models know and what they are asked for.</summary>
public enum EvaluationSplit
{
    /// <summary>The last part, each asked for with all that was strictly before it.</summary>
    Prequential,

    /// <summary>The last part, all asked for with what was before it began.</summary>
    Temporal,

    /// <summary>A fifth by the hash of visitor and item, asked for with all the rest; later contacts speak for earlier ones.</summary>
    Hash,
}

/// <summary>What a model's lists are worth.</summary>
/// <param name="Model">Its name.</param>
/// <param name="K">Length of the lists.</param>
/// <param name="HitRate">Lists with at least one item that was taken; prequential: contacts whose item is in the list.</param>
/// <param name="Recall">Mean part of what was taken that is in the list.</param>
/// <param name="Ndcg">Mean normalised discounted cumulative gain (Jarvelin, Kekalainen 2002), each taken item gains 1.</param>
/// <param name="Coverage">Part of all items that stand in some list.</param>
/// <param name="Novelty">Mean of -log2 of the part of visitors who had a listed item, in bits (Zhou et al. 2010).</param>
public sealed record ModelFigures(string Model, int K, double HitRate, double Recall, double Ndcg, double Coverage, double Novelty);

/// <summary>All models' figures.</summary>
/// <param name="Questions">Lists that were asked for.</param>
/// <param name="Contacts">That were held out.</param>
/// <param name="Unknown">Of these, with items that nobody had had: no model can name them, and they count as missed.</param>
/// <param name="Figures">By model and length.</param>
public sealed record EvaluationReport(int Questions, int Contacts, int Unknown, ImmutableArray<ModelFigures> Figures)
{
    /// <exception cref="KeyNotFoundException">There is no such model or length.</exception>
    public ModelFigures Of(string model, int k) =>
        Figures.FirstOrDefault(figures => figures.Model == model && figures.K == k) ?? throw new KeyNotFoundException($"{model}@{k}");
}
