using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Allocates visitors to variants: by the same steps, in the same order, as GrowthBook's SDKs (docs.growthbook.io/lib/build-your-own, "Running experiments").</summary>
public static class Allocator
{
    private const string DefaultAttribute = "id";
    private const uint VariantSeed = 86028157;

    /// <param name="plan">Of the experiment.</param>
    /// <param name="context">Of the request.</param>
    public static Allocation Run(AllocationPlan plan, AllocationContext context) => Run(plan, context, ImmutableHashSet<string>.Empty);

    internal static Allocation Run(AllocationPlan plan, AllocationContext context, ImmutableHashSet<string> asked)
    {
        var (attribute, id) = HashOf(context, plan.HashAttribute, plan.FallbackAttribute, plan.IsSticky);
        if (plan.Variants.Length < 2) return Out(AllocationReason.TooFewVariants);
        if (!context.IsEnabled) return Out(AllocationReason.Disabled);
        if (!plan.Urls.IsEmpty && !UrlMatching.IsTargeted(context.Url, plan.Urls)) return Out(AllocationReason.OtherPage);
        if (UrlMatching.Forced(plan.Key, context.Url, plan.Variants.Length) is { } byUrl) return In(AllocationReason.ForcedByUrl, byUrl);
        if (context.Forced.TryGetValue(plan.Key, out var byCaller)) return In(AllocationReason.ForcedByCaller, byCaller);
        if (!plan.IsActive) return Out(AllocationReason.Inactive);
        if (id.Length == 0) return Out(AllocationReason.NoId);

        var (variant, isBlocked) = StickyVariant(plan, context, attribute, id);
        var isSticky = variant >= 0;
        if (!isSticky)
        {
            if (!plan.Filters.IsEmpty ? !Pass(plan.Filters, context) : plan.Namespace is { } space && !space.Has(id))
                return Out(plan.Filters.IsEmpty ? AllocationReason.NotInNamespace : AllocationReason.FilteredOut);
            if (!plan.Condition.Holds(context.Visitor)) return Out(AllocationReason.ConditionFailed);
            foreach (var prerequisite in plan.Prerequisites)
                if (FlagEvaluator.Evaluate(prerequisite.Flag, context, asked) is var flag && (flag.Source == FlagSource.CyclicPrerequisite || !Holds(prerequisite, flag))) return Out(AllocationReason.PrerequisiteFailed);
        }

        var place = plan.HashVersion == HashVersion.Murmur3 ? Bucketing.Murmur(plan.Seed ?? plan.Key, id, plan.Modulus, VariantSeed) : Bucketing.Of(plan.Seed ?? plan.Key, id, plan.HashVersion);
        if (place is not { } found) return Out(AllocationReason.UnknownHash);
        if (!isSticky) variant = BucketRange.Choose(found, plan.Ranges ?? BucketRange.Of(plan.Variants.Length, plan.Coverage, plan.Weights));
        if (isBlocked) return Out(AllocationReason.BlockedVersion);
        if (variant < 0) return Out(AllocationReason.NotCovered);
        if (plan.Forced is { } forced) return forced >= 0 && forced < plan.Variants.Length ? In(AllocationReason.ForcedByPlan, forced) : Out(AllocationReason.ForcedByPlan);
        if (context.IsQa) return Out(AllocationReason.QaOnly);
        if (plan.IsStopped) return Out(AllocationReason.Stopped);
        return new(plan, isSticky ? AllocationReason.Sticky : AllocationReason.Allocated, true, variant, true, attribute, id, place);

        Allocation Out(AllocationReason reason) => new(plan, reason, false, 0, false, attribute, id, null);
        Allocation In(AllocationReason reason, int chosen) =>
            chosen >= 0 && chosen < plan.Variants.Length ? new(plan, reason, true, chosen, false, attribute, id, null) : Out(reason);
    }

    internal static bool Holds(Prerequisite prerequisite, FlagEvaluation flag) => prerequisite.Condition.Holds(new(AttributeValue.Of(
        [KeyValuePair.Create("value", flag.Value), KeyValuePair.Create("on", AttributeValue.Of(flag.IsOn)), KeyValuePair.Create("variant", AttributeValue.Of(flag.Variant))])));

    /// <summary>A part of everybody, the same ones as the part grows.</summary>
    internal static bool IsWithin(FlagRule rule, string flag, AllocationContext context)
    {
        if (rule.Range is null && rule.Coverage is null) return true;
        if (rule.Range is null && rule.Coverage == 0) return false;
        var (_, id) = HashOf(context, rule.HashAttribute, rule.FallbackAttribute, rule.IsSticky);
        if (id.Length == 0 || Bucketing.Of(rule.Seed ?? flag, id, rule.HashVersion) is not { } place) return false;
        return rule.Range is { } range ? range.Has(place) : place <= rule.Coverage;
    }

    internal static bool Pass(ImmutableArray<BucketFilter> filters, AllocationContext context)
    {
        foreach (var filter in filters)
        {
            var (_, id) = HashOf(context, filter.Attribute, null, false);
            if (id.Length == 0) return false;
            var place = filter.Version == HashVersion.Murmur3 ? Bucketing.Murmur(filter.Seed, id, filter.Modulus, 0) : Bucketing.Of(filter.Seed, id, filter.Version);
            if (place is not { } found || BucketRange.Choose(found, filter.Ranges) < 0) return false;
        }
        return true;
    }

    private static (string Attribute, string Id) HashOf(AllocationContext context, string? attribute, string? fallback, bool isSticky)
    {
        var name = attribute ?? DefaultAttribute;
        var value = context.Visitor.Attributes[name];
        if ((value.IsNull || value.Text is "") && fallback is not null && context.Sticky is not null && isSticky)
            (name, value) = context.Visitor.Attributes[fallback] is { IsNull: false } other ? (fallback, other) : (name, value);
        return (name, value.IsNull ? "" : value.ToString());
    }

    private static (int Variant, bool IsBlocked) StickyVariant(AllocationPlan plan, AllocationContext context, string attribute, string id)
    {
        if (context.Sticky is not { } sticky || !plan.IsSticky) return (-1, false);
        var assignments = ImmutableDictionary<string, string>.Empty;
        if (plan.FallbackAttribute is { } fallback && context.Visitor.Attributes[fallback] is { IsNull: false } other && sticky.TryGetValue($"{fallback}||{other}", out var before)) assignments = before.Assignments;
        var own = plan.HashAttribute ?? DefaultAttribute;
        var value = attribute == own ? id : $"{context.Visitor.Attributes[own]}";
        if (sticky.TryGetValue($"{own}||{value}", out var known)) assignments = assignments.SetItems(known.Assignments);
        for (var version = 0; version < plan.MinBucketVersion; version++)
            if (assignments.ContainsKey($"{plan.Key}__{version}")) return (-1, true);
        if (!assignments.TryGetValue($"{plan.Key}__{plan.BucketVersion}", out var key)) return (-1, false);
        for (var variant = 0; variant < plan.Variants.Length; variant++)
            if (plan.KeyOf(variant) == key) return (variant, false);
        return (-1, false);
    }
}
