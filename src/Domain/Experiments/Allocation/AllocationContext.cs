using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Whose id got which variants before: by experiment and version of its buckets.</summary>
/// <param name="Attribute">Name of the attribute that was hashed.</param>
/// <param name="Value">Its value.</param>
/// <param name="Assignments">Keys of variants by "experiment__version".</param>
public sealed record StickyBuckets(string Attribute, string Value, ImmutableDictionary<string, string> Assignments);

/// <summary>All that flags and experiments are asked with, already in memory.</summary>
/// <param name="Visitor">Attributes and segments.</param>
/// <param name="Flags">By key.</param>
public sealed record AllocationContext(ConditionContext Visitor, IReadOnlyDictionary<string, FlagPlan> Flags)
{
    /// <summary>When; what is bound to times counts as if there were no time where it isn't said.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Nobody is allocated otherwise.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Only forced variants are given.</summary>
    public bool IsQa { get; init; }

    /// <summary>Of the page; forces a variant by a parameter of an experiment's key.</summary>
    public string? Url { get; init; }

    /// <summary>Numbers of variants by experiments' keys.</summary>
    public IReadOnlyDictionary<string, int> Forced { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>By "attribute||value"; null where none are kept.</summary>
    public ImmutableDictionary<string, StickyBuckets>? Sticky { get; init; }

    public IReadOnlyDictionary<string, Bandit> Bandits { get; init; } = ImmutableDictionary<string, Bandit>.Empty;
}
