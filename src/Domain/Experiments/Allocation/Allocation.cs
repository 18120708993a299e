using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Why a visitor has a variant, or none.</summary>
public enum AllocationReason
{
    Allocated,
    Sticky,
    ForcedByUrl,
    ForcedByCaller,
    ForcedByPlan,
    TooFewVariants,
    Disabled,
    OtherPage,
    Inactive,
    NoId,
    FilteredOut,
    NotInNamespace,
    ConditionFailed,
    PrerequisiteFailed,
    UnknownHash,
    NotCovered,
    BlockedVersion,
    QaOnly,
    Stopped,
}

/// <summary>Which variant a visitor has in an experiment.</summary>
/// <param name="Plan">Of the experiment.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsIn">It has one; else it has what the control is, and counts nowhere.</param>
/// <param name="Variant">Its number.</param>
/// <param name="IsByHash">It's to be counted: nobody chose it.</param>
/// <param name="HashAttribute">Whose value was hashed.</param>
/// <param name="HashValue">The value, empty without one.</param>
/// <param name="Place">Between 0 and 1; null where it wasn't by hash.</param>
public sealed record Allocation(AllocationPlan Plan, AllocationReason Reason, bool IsIn, int Variant, bool IsByHash, string HashAttribute, string HashValue, double? Place)
{
    /// <summary>The number of the kind of visitor, and what was learnt of it; null where nothing was.</summary>
    public int? Leaf { get; init; }

    public int? BanditVersion { get; init; }

    public bool IsSticky => Reason == AllocationReason.Sticky;

    public string Key => Plan.KeyOf(Variant);

    public AttributeValue Value => Variant < Plan.Variants.Length ? Plan.Variants[Variant] : AttributeValue.Null;

    public bool PassesThrough => Variant < Plan.Meta.Length && Plan.Meta[Variant].PassesThrough;

    /// <summary>What is to be remembered, so that the visitor keeps the variant; null where nothing is.</summary>
    public StickyBuckets? Remembered(ImmutableDictionary<string, StickyBuckets>? sticky)
    {
        if (sticky is null || !IsIn || !IsByHash || !Plan.IsSticky) return null;
        var known = sticky.GetValueOrDefault($"{HashAttribute}||{HashValue}") ?? new(HashAttribute, HashValue, ImmutableDictionary<string, string>.Empty);
        return known with { Assignments = known.Assignments.SetItem($"{Plan.Key}__{Plan.BucketVersion}", Key) };
    }
}
