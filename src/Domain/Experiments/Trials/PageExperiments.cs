using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What experiments do on a page for a visitor.</summary>
/// <param name="Given">Variants by keys of experiments.</param>
/// <param name="Outcome">What the variants do.</param>
public sealed record PageExperiments(ImmutableSortedDictionary<string, GivenVariant> Given, RuleOutcome Outcome)
{
    public static PageExperiments None { get; } = new(ImmutableSortedDictionary.Create<string, GivenVariant>(StringComparer.Ordinal), RuleOutcome.None);

    /// <summary>
    /// Of experiments that could do something to the same thing, the first by key counts for whomever its variant does it. Whether a later one counts for somebody doesn't hang on its own variant there, so that those
    /// who get each of its variants stay alike.
    /// </summary>
    /// <param name="plans">By key, in its order.</param>
    /// <param name="context">Of the request; the attribute id says who it is.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="page">Path.</param>
    /// <param name="holdout">Who gets nothing of experiments; null: nobody.</param>
    public static PageExperiments On(ImmutableSortedDictionary<string, ExperimentPlan> plans, AllocationContext context, Guid siteId, string page, Holdout? holdout = null)
    {
        var (given, outcome, taken) = (None.Given, None.Outcome, ImmutableHashSet<string>.Empty);
        foreach (var (key, plan) in plans)
        {
            if (plan.Touches.Overlaps(taken) || plan.Give(context, siteId, page, holdout) is not { } variant) continue;
            given = given.Add(key, variant);
            outcome = outcome.With(variant.Actions);
            taken = taken.Union(variant.Actions.Select(action => action.Target()));
        }
        return new(given, outcome);
    }

    /// <summary>First names of the attributes that it depends on what experiments do on a page; null: there is none.</summary>
    /// <param name="plans">By key.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="page">Path.</param>
    public static ImmutableSortedSet<string>? DependOn(ImmutableSortedDictionary<string, ExperimentPlan> plans, Guid siteId, string page)
    {
        var here = plans.Values.Where(plan => plan.IsOn(siteId, page)).ToList();
        return here.Count == 0 ? null : [.. here.SelectMany(plan => plan.DependsOn)];
    }
}
