using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>Whom and what conditions are asked of: all they may look at, already in memory.</summary>
/// <param name="Attributes">A map, such as of country, device and what the visitor prefers.</param>
public sealed record ConditionContext(AttributeValue Attributes)
{
    /// <summary>Name of the attribute that says what is known of the visitor.</summary>
    public const string Profile = "profile";

    /// <summary>Segments that the visitor is in.</summary>
    public IReadOnlySet<Guid> Segments { get; init; } = ImmutableHashSet<Guid>.Empty;

    /// <summary>How often the visitor did what a condition of behaviour counts; null where that isn't known, and no such condition holds.</summary>
    public Func<BehaviourCondition, int>? Times { get; init; }

    /// <summary>Lists of values by their names.</summary>
    public IReadOnlyDictionary<string, ImmutableHashSet<AttributeValue>> Groups { get; init; } = ImmutableDictionary<string, ImmutableHashSet<AttributeValue>>.Empty;

    /// <summary>What a decision has asked so far, by the numbers of a <see cref="RuleBook"/>; null outside of one.</summary>
    internal int[]? Asked { get; init; }
}
