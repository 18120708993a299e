using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What gave a flag its value.</summary>
public enum FlagSource
{
    UnknownFlag,
    Default,
    Killed,
    Rule,
    Experiment,
    Prerequisite,
    CyclicPrerequisite,
}

/// <summary>What a flag is for a visitor, and why.</summary>
/// <param name="Value">Null where there is none.</param>
/// <param name="Source">What gave it.</param>
/// <param name="RuleId">Of the rule, if it has one.</param>
/// <param name="Variant">What the value is called.</param>
/// <param name="Allocation">Of the experiment that gave it.</param>
public sealed record FlagEvaluation(AttributeValue Value, FlagSource Source, string? RuleId = null, string? Variant = null, Allocation? Allocation = null)
{
    /// <summary>It's neither null, false, 0 nor empty.</summary>
    public bool IsOn => Value.Kind switch
    {
        System.Text.Json.JsonValueKind.String => Value.Text!.Length > 0,
        System.Text.Json.JsonValueKind.Array or System.Text.Json.JsonValueKind.Object => true,
        _ => Value.Number != 0,
    };
}

/// <summary>Evaluates flags as GrowthBook's SDKs do (docs.growthbook.io/lib/build-your-own, "Evaluating features").</summary>
public static class FlagEvaluator
{
    private const int MostPrerequisites = 50;

    /// <param name="key">Of the flag.</param>
    /// <param name="context">Of the request.</param>
    public static FlagEvaluation Evaluate(string key, AllocationContext context) => Evaluate(key, context, ImmutableHashSet<string>.Empty);

    internal static FlagEvaluation Evaluate(string key, AllocationContext context, ImmutableHashSet<string> asked)
    {
        if (asked.Contains(key) || asked.Count > MostPrerequisites) return new(AttributeValue.Null, FlagSource.CyclicPrerequisite);
        if (!context.Flags.TryGetValue(key, out var flag)) return new(AttributeValue.Null, FlagSource.UnknownFlag);
        if (flag.IsKilled) return new(flag.Default, FlagSource.Killed);
        foreach (var rule in flag.Rules)
        {
            if (rule.From > context.At || rule.Until <= context.At) continue;
            if (!rule.Prerequisites.IsEmpty)
            {
                var (evaluation, isPassedOver) = Prerequisites(rule, context, asked.Add(key));
                if (evaluation is not null) return evaluation;
                if (isPassedOver) continue;
            }
            if (!Allocator.Pass(rule.Filters, context)) continue;
            if (rule.Value is { } value)
            {
                if (rule.Condition.Holds(context.Visitor) && Allocator.IsWithin(rule, key, context)) return new(value, FlagSource.Rule, rule.Id, rule.Variant);
                continue;
            }
            if (rule.Experiment is not { } plan) continue;
            var (routed, bandit, leaf) = Routed(plan, context);
            var allocation = Allocator.Run(routed, context, routed.Prerequisites.IsEmpty ? asked : asked.Add(key));
            if (!allocation.IsIn || allocation.PassesThrough) continue;
            if (bandit is not null && allocation.IsByHash) allocation = allocation with { Leaf = leaf, BanditVersion = bandit.Version };
            return new(allocation.Value, FlagSource.Experiment, rule.Id, allocation.Key, allocation);
        }
        return new(flag.Default, FlagSource.Default);
    }

    private static (FlagEvaluation? Evaluation, bool IsPassedOver) Prerequisites(FlagRule rule, AllocationContext context, ImmutableHashSet<string> asked)
    {
        foreach (var prerequisite in rule.Prerequisites)
        {
            var parent = Evaluate(prerequisite.Flag, context, asked);
            if (parent.Source == FlagSource.CyclicPrerequisite) return (parent, false);
            if (Allocator.Holds(prerequisite, parent)) continue;
            return prerequisite.IsGate ? (new(AttributeValue.Null, FlagSource.Prerequisite), false) : (null, true);
        }
        return (null, false);
    }

    // Weights by the kind of visitor; those of the plan where no kind fits.
    private static (AllocationPlan Plan, Bandit? Bandit, int Leaf) Routed(AllocationPlan plan, AllocationContext context)
    {
        if (plan.BanditName is not { } name || !context.Bandits.TryGetValue(name, out var bandit)) return (plan, null, 0);
        foreach (var leaf in bandit.Leaves)
            if (leaf.Condition.Holds(context.Visitor)) return (plan with { Weights = leaf.Weights }, bandit, leaf.Leaf);
        return (plan, bandit, -1);
    }
}
