using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What a flag is, and for whom otherwise.</summary>
/// <param name="Default">Its value where no rule says another.</param>
/// <param name="Rules">The first that concerns the visitor counts.</param>
public sealed record FlagPlan(AttributeValue Default, ImmutableArray<FlagRule> Rules)
{
    /// <summary>The kill switch was used: the default counts for all, whatever the rules say.</summary>
    public bool IsKilled { get; init; }
}

/// <summary>A value, or an experiment, for some visitors.</summary>
public sealed record FlagRule
{
    public string? Id { get; init; }

    public Condition Condition { get; init; } = Condition.Always;

    public ImmutableArray<Prerequisite> Prerequisites { get; init; } = [];

    public ImmutableArray<BucketFilter> Filters { get; init; } = [];

    /// <summary>The value of those that the rule concerns; null: the experiment's.</summary>
    public AttributeValue? Value { get; init; }

    /// <summary>What the value is called.</summary>
    public string? Variant { get; init; }

    /// <summary>The part of everybody that it concerns, 0 to 1.</summary>
    public double? Coverage { get; init; }

    /// <summary>Instead of the coverage.</summary>
    public BucketRange? Range { get; init; }

    /// <summary>It counts from then on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>It counts until then.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Seed { get; init; }

    public HashVersion HashVersion { get; init; } = HashVersion.Fnv1;

    public string? HashAttribute { get; init; }

    public string? FallbackAttribute { get; init; }

    public bool IsSticky { get; init; } = true;

    public AllocationPlan? Experiment { get; init; }
}
