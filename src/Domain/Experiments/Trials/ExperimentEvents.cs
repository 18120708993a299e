using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>There is an experiment, as a draft.</summary>
/// <param name="ExperimentId">The experiment; the stream.</param>
/// <param name="Key">What code and exposures call it, and the seed of who gets what: unique in the tenant, for good.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it tries on whom.</param>
[EventType("experiments.experiment-declared")]
public sealed record ExperimentDeclared(Guid ExperimentId, string Key, string Name, ExperimentContent Content);

/// <summary>The draft is called otherwise, or tries something else.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Name">From now on.</param>
/// <param name="Content">From now on, all of it.</param>
[EventType("experiments.experiment-changed")]
public sealed record ExperimentChanged(Guid ExperimentId, string Name, ExperimentContent Content);

/// <summary>Who tests it gets these variants, and isn't counted.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Overrides">All of them, in the order of units.</param>
[EventType("experiments.experiment-overrides-set")]
public sealed record ExperimentOverridesSet(Guid ExperimentId, ImmutableArray<VariantOverride> Overrides);

/// <summary>Somebody who tests.</summary>
/// <param name="Unit">The id that is asked with.</param>
/// <param name="Variant">Key of the variant.</param>
public sealed record VariantOverride(string Unit, string Variant);

/// <summary>Visitors are given variants.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="StartedAt">Exposures count from then on.</param>
[EventType("experiments.experiment-started")]
public sealed record ExperimentStarted(Guid ExperimentId, DateTimeOffset StartedAt);

/// <summary>More visitors are let in; those that were keep their variants.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Coverage">From now on, above what it was.</param>
[EventType("experiments.experiment-coverage-raised")]
public sealed record ExperimentCoverageRaised(Guid ExperimentId, double Coverage);

/// <summary>Nobody is given a variant for the time being.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Reason">Why.</param>
[EventType("experiments.experiment-paused")]
public sealed record ExperimentPaused(Guid ExperimentId, string Reason);

/// <summary>Visitors are given variants again, the same ones.</summary>
[EventType("experiments.experiment-resumed")]
public sealed record ExperimentResumed(Guid ExperimentId);

/// <summary>Somebody ended it.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Reason">Why.</param>
/// <param name="RolledOut">Key of the variant that everybody whom it concerns gets; null: none.</param>
[EventType("experiments.experiment-stopped")]
public sealed record ExperimentStopped(Guid ExperimentId, string Reason, string? RolledOut = null);

/// <summary>The platform ended it by its decision plan. All that the decision rests on is here, so that it can be computed again.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Outcome">winner, guardrail or no-winner.</param>
/// <param name="Why">A sentence.</param>
/// <param name="Plan">As it was declared.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DecidedAt">When it was decided; what visitors did until then counts.</param>
/// <param name="Input">Sums of each variant and metric: with the report's method they give the report.</param>
/// <param name="Report">What they said.</param>
/// <param name="ExcludedUnits">Visitors that were seen in more than one variant, and count in none.</param>
/// <param name="Winner">Key of the variant that is better; null: none.</param>
/// <param name="RolledOut">Key of the variant that everybody whom it concerns gets; null: none.</param>
[EventType("experiments.experiment-concluded")]
public sealed record ExperimentConcluded(
    Guid ExperimentId, string Outcome, string Why, DecisionPlan Plan, DateTimeOffset StartedAt, DateTimeOffset DecidedAt, AnalysisInput Input, ExperimentReport Report, long ExcludedUnits,
    string? Winner = null, string? RolledOut = null);

/// <summary>Nobody gets the variant that was rolled out any more.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Variant">The one that was.</param>
/// <param name="Reason">Why.</param>
[EventType("experiments.experiment-rolled-back")]
public sealed record ExperimentRolledBack(Guid ExperimentId, string Variant, string Reason);

/// <summary>There is no such experiment any more, and nobody gets anything by it.</summary>
[EventType("experiments.experiment-archived")]
public sealed record ExperimentArchived(Guid ExperimentId);

/// <summary>The key is the experiment's.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Key">Its key.</param>
[EventType("experiments.experiment-listed")]
public sealed record ExperimentListed(Guid ExperimentId, string Key);

/// <summary>The experiment's key is free.</summary>
[EventType("experiments.experiment-unlisted")]
public sealed record ExperimentUnlisted(Guid ExperimentId);

/// <summary>A part of a space of visitors is the experiment's while it's under way.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Space">The part.</param>
[EventType("experiments.experiment-space-taken")]
public sealed record ExperimentSpaceTaken(Guid ExperimentId, ExperimentSpace Space);

/// <summary>The experiment's part of a space is free.</summary>
[EventType("experiments.experiment-space-freed")]
public sealed record ExperimentSpaceFreed(Guid ExperimentId);
