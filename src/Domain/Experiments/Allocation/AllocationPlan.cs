using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What a variant is called.</summary>
/// <param name="Key">In exposures and reports; null: its number.</param>
/// <param name="Name">For people.</param>
/// <param name="PassesThrough">Who has it counts as allocated, and goes on to what comes next: how the rest of a holdout does.</param>
public sealed record VariantMeta(string? Key = null, string? Name = null, bool PassesThrough = false);

/// <summary>That another flag has a value.</summary>
/// <param name="Flag">Its key.</param>
/// <param name="Condition">Of the attribute "value", and of "on".</param>
/// <param name="IsGate">Where it doesn't hold, the whole flag has no value; else the rule alone is passed over.</param>
public sealed record Prerequisite(string Flag, Condition Condition, bool IsGate = false);

/// <summary>Pages that an experiment is on.</summary>
/// <param name="Pattern">Of addresses; with * for anything.</param>
/// <param name="IsRegex">The pattern is a regular expression, by <see cref="LinearPattern"/>.</param>
/// <param name="IsIncluded">On these; else on all others.</param>
public sealed record UrlTarget(string Pattern, bool IsRegex = false, bool IsIncluded = true);

/// <summary>Weights of the variants that were learnt for a kind of visitor.</summary>
/// <param name="Leaf">Number of the kind.</param>
/// <param name="Condition">Who is of it.</param>
/// <param name="Weights">One a variant.</param>
public sealed record BanditLeaf(int Leaf, Condition Condition, ImmutableArray<double> Weights);

/// <summary>Weights that depend on the visitor.</summary>
/// <param name="Version">Of what was learnt.</param>
/// <param name="Leaves">The first whose condition holds counts.</param>
public sealed record Bandit(int Version, ImmutableArray<BanditLeaf> Leaves);

/// <summary>Who gets which variant.</summary>
/// <param name="Key">Of the experiment; the seed, unless there is another.</param>
/// <param name="Variants">Values; the first one is the control.</param>
public sealed record AllocationPlan(string Key, ImmutableArray<AttributeValue> Variants)
{
    public string? Seed { get; init; }

    public HashVersion HashVersion { get; init; } = HashVersion.Fnv1;

    /// <summary>Whose value is hashed; null: id.</summary>
    public string? HashAttribute { get; init; }

    /// <summary>Instead, where the first has no value; only where sticky buckets are kept.</summary>
    public string? FallbackAttribute { get; init; }

    /// <summary>Of Murmur3 alone: how many places there are.</summary>
    public int Modulus { get; init; } = 100;

    public ImmutableArray<double>? Weights { get; init; }

    public double Coverage { get; init; } = 1;

    /// <summary>Instead of weights and coverage.</summary>
    public ImmutableArray<BucketRange>? Ranges { get; init; }

    public BucketNamespace? Namespace { get; init; }

    /// <summary>Instead of the namespace; all of them must have the visitor.</summary>
    public ImmutableArray<BucketFilter> Filters { get; init; } = [];

    public ImmutableArray<VariantMeta> Meta { get; init; } = [];

    public Condition Condition { get; init; } = Condition.Always;

    public ImmutableArray<Prerequisite> Prerequisites { get; init; } = [];

    public ImmutableArray<UrlTarget> Urls { get; init; } = [];

    /// <summary>Parameters of the page's address go along to the address of the variant.</summary>
    public bool KeepsQuery { get; init; }

    public bool IsActive { get; init; } = true;

    /// <summary>Nobody gets a variant unless one is forced.</summary>
    public bool IsStopped { get; init; }

    /// <summary>The variant of everybody in it.</summary>
    public int? Forced { get; init; }

    /// <summary>Grows when those in it are to be allocated anew.</summary>
    public int BucketVersion { get; init; }

    /// <summary>Those allocated by an earlier version are let out.</summary>
    public int MinBucketVersion { get; init; }

    public bool IsSticky { get; init; } = true;

    /// <summary>The name of weights that depend on the visitor.</summary>
    public string? BanditName { get; init; }

    public string KeyOf(int variant) => variant >= 0 && variant < Meta.Length && Meta[variant].Key is { } key ? key : $"{variant}";
}
