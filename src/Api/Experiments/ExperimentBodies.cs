using System.Collections.Immutable;
using System.Text.Json;
using Platform.Api.Personalization;
using Platform.Domain;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;
using Platform.Projections.Experiments;

namespace Platform.Api.Experiments;

/// <summary>An experiment.</summary>
/// <param name="Key">What code and exposures call it, and the seed of who gets what: 1-100 letters, digits, dots, hyphens and underscores, unique in the tenant. It never changes.</param>
/// <param name="Name">1-100 characters, for people.</param>
/// <param name="Variants">2-20.</param>
/// <param name="Control">Key of the variant that the others are compared with.</param>
/// <param name="Metric">What is to become better.</param>
/// <param name="Hypothesis">At most 2,000 characters: what is thought, and why.</param>
/// <param name="SiteIds">At most 100 sites that it's on. Default: all.</param>
/// <param name="Condition">Whom it concerns, as /schemas/conditions.v1.json says. Default: everybody.</param>
/// <param name="Coverage">Of those, the part that is let in: above 0, at most 1. Default: 1.</param>
/// <param name="Namespace">A part of a space of visitors: experiments under way in parts that don't overlap have no visitor in common. Default: all visitors.</param>
/// <param name="HashVersion">1 or 2: GrowthBook's. Default: 2.</param>
/// <param name="Guardrails">At most 10 metrics that mustn't become worse, each with its margin. Default: none.</param>
/// <param name="Decision">When the platform decides by itself, and what it does then. Default: it doesn't.</param>
/// <param name="Pages">At most 20 paths where it counts, * at the end for whatever follows. Default: everywhere.</param>
public sealed record ExperimentBody(
    string? Key, string? Name, IReadOnlyList<ExperimentVariantBody?>? Variants, string? Control, ExperimentMetricBody? Metric, string? Hypothesis = null, IReadOnlyList<Guid>? SiteIds = null,
    JsonElement? Condition = null, double? Coverage = null, ExperimentSpaceBody? Namespace = null, long? HashVersion = null, IReadOnlyList<ExperimentMetricBody?>? Guardrails = null, DecisionPlanBody? Decision = null,
    IReadOnlyList<string?>? Pages = null)
{
    internal (ExperimentContent Content, FieldErrors Errors) Read()
    {
        var (condition, problems) = ConditionReader.Read(Condition, "condition");
        var errors = new FieldErrors().Add(problems);
        return (new(
            [.. (Variants ?? []).Take(21).Select(variant => new ExperimentVariant(variant?.Key ?? "", variant?.Name?.Trim() ?? "", variant?.Weight ?? -1, AttributeValue.Of(variant?.Value ?? default),
                variant?.Actions is { Count: > 0 } actions ? RuleActionBody.Read(actions) : null))],
            Control ?? "", condition, ExperimentMetricBody.Read(Metric), Hypothesis, SiteIds is { } sites ? [.. sites.Distinct().Take(101)] : null, Coverage ?? 1, Narrow(HashVersion ?? 2),
            Namespace is { } space ? new(space.Name ?? "", space.Start ?? -1, space.End ?? -1) : null, Guardrails is { Count: > 0 } guardrails ? [.. guardrails.Take(11).Select(ExperimentMetricBody.Read)] : null,
            Decision?.Read(), Pages is { Count: > 0 } pages ? [.. pages.Take(21).Select(page => page ?? "")] : null), errors);
    }

    // What is beyond is refused wherever it stands.
    internal static int Narrow(long number) => (int)Math.Clamp(number, int.MinValue, int.MaxValue);
}

/// <summary>One of the things that are tried.</summary>
/// <param name="Key">1-100 letters, digits, dots, hyphens and underscores, unique in the experiment.</param>
/// <param name="Name">1-100 characters, for people.</param>
/// <param name="Weight">Above 0; those of an experiment sum to 1.</param>
/// <param name="Value">What code gets: any JSON. Default: null.</param>
/// <param name="Actions">At most 20 things that it does on pages, as a rule's actions, in whose stead they count. Default: none.</param>
public sealed record ExperimentVariantBody(string? Key, string? Name, double? Weight, JsonElement? Value = null, IReadOnlyList<RuleActionBody?>? Actions = null);

/// <summary>A part of a space of visitors.</summary>
/// <param name="Name">1-100 letters, digits, dots, hyphens and underscores.</param>
/// <param name="Start">From here, at least 0.</param>
/// <param name="End">To just below, at most 1.</param>
public sealed record ExperimentSpaceBody(string? Name, double? Start, double? End);

/// <summary>What is measured of a visitor, from the first exposure on.</summary>
/// <param name="Name">1-100 letters, digits, dots, hyphens and underscores, unique in the experiment.</param>
/// <param name="Kind">conversion: whether the event came; count: how often; sum: the sum of a number that it carries; ratio: how often, or that sum, over how often another one came.</param>
/// <param name="Event">Name of a visitor's event, such as page_view or the site's own word.</param>
/// <param name="Days">1-90: it counts within so many days of the first exposure. Default: 7.</param>
/// <param name="Property">Of a sum, and of a ratio of a sum: the event's property.</param>
/// <param name="Goal">increase or decrease: which way is better. Default: increase.</param>
/// <param name="Margin">Of a guardrail, 0-1: how much worse it may become, as a part of control's.</param>
/// <param name="Per">Of a ratio: name of the event that it's divided by, such as page_view.</param>
/// <param name="DaysBefore">1-90: the same of so many days before the first exposure takes variance from effects (CUPED). Default: nothing does.</param>
/// <param name="Quantile">Of a count, sum or ratio, at least 0.5 and below 1: what is beyond this quantile of all visitors' counts as the quantile (winsorising). Default: it counts as it is.</param>
public sealed record ExperimentMetricBody(
    string? Name, string? Kind, string? Event, long? Days = null, string? Property = null, string? Goal = null, double? Margin = null, string? Per = null, long? DaysBefore = null, double? Quantile = null)
{
    private const string Increase = "increase", Decrease = "decrease";
    private const int DefaultDays = 7;

    internal static ExperimentMetric Read(ExperimentMetricBody? metric) => new(
        metric?.Name ?? "", metric?.Kind ?? "", metric?.Event ?? "", ExperimentBody.Narrow(metric?.Days ?? DefaultDays), metric?.Property,
        metric?.Goal switch { null or Increase => MetricGoal.Increase, Decrease => MetricGoal.Decrease, _ => (MetricGoal)(-1) }, metric?.Margin,
        metric?.Per, metric?.DaysBefore is { } before ? ExperimentBody.Narrow(before) : null, metric?.Quantile);

    internal static ExperimentMetricBody Of(ExperimentMetric metric) =>
        new(metric.Name, metric.Kind, metric.Event, metric.Days, metric.Property, metric.Goal == MetricGoal.Increase ? Increase : Decrease, metric.Margin, metric.Per, metric.DaysBefore, metric.Quantile);
}

/// <summary>When the platform decides by itself, and what it does then. It never changes once the experiment has started.</summary>
/// <param name="MinimumUnits">Visitors that each variant must have; 100 or more.</param>
/// <param name="MinimumDays">Days from the start, 0-365.</param>
/// <param name="MinimumEffect">The smallest lift that is worth it, as a part of control's. Default: 0.</param>
/// <param name="Alpha">How likely a false winner may be, 0.0001-0.5. Default: 0.05.</param>
/// <param name="Method">sequential: at any look; fixed: once, at the first look that has the minimum. Default: sequential.</param>
/// <param name="TuningSize">Units of two variants at which sequential intervals are narrowest. Default: 5000.</param>
/// <param name="MaximumDays">Days from the start after which it ends without a winner, up to 365. Default: it goes on.</param>
/// <param name="Action">roll-out: everybody whom it concerns gets the winner; stop-only. Default: stop-only.</param>
public sealed record DecisionPlanBody(
    long? MinimumUnits, long? MinimumDays, double? MinimumEffect = null, double? Alpha = null, string? Method = null, double? TuningSize = null, long? MaximumDays = null, string? Action = null)
{
    internal DecisionPlan Read() => new(
        MinimumUnits ?? 0, ExperimentBody.Narrow(MinimumDays ?? -1), MinimumEffect ?? 0, Alpha ?? 0.05, Method ?? DecisionPlan.Sequential, TuningSize ?? 5000,
        MaximumDays is { } most ? ExperimentBody.Narrow(most) : null, Action ?? DecisionPlan.StopOnly);
}

/// <summary>Which variants those get who test an experiment.</summary>
/// <param name="Overrides">Keys of variants by the ids that are asked with: at most 1,000, instead of those there are.</param>
public sealed record ExperimentOverridesBody(IReadOnlyDictionary<string, string?>? Overrides);

/// <summary>How many visitors are let in.</summary>
/// <param name="Coverage">Above what it is, at most 1.</param>
public sealed record ExperimentCoverageBody(double? Coverage);

/// <summary>Which part of the tenant's visitors gets nothing of experiments.</summary>
/// <param name="Name">1-100 letters, digits, dots, hyphens and underscores, such as 2030-q3: another one draws other visitors.</param>
/// <param name="Share">0 to 0.5 of all visitors; 0: nobody.</param>
public sealed record HoldoutBody(string? Name, double? Share);

/// <summary>Which part of the tenant's visitors gets nothing of experiments.</summary>
/// <param name="Name">The seed of who they are; absent: nothing was said.</param>
/// <param name="Share">Of all visitors.</param>
/// <param name="From">Experiments that started before go by what was said then.</param>
/// <param name="Version">What If-Match takes; 0: nothing was said.</param>
public sealed record HoldoutAnswer(string? Name, double Share, DateTimeOffset? From, long Version);

/// <summary>Why something is done.</summary>
/// <param name="Reason">1-500 characters.</param>
public sealed record ExperimentReasonBody(string? Reason);

/// <summary>How an experiment ends.</summary>
/// <param name="Reason">1-500 characters.</param>
/// <param name="RollOut">Key of the variant that everybody whom it concerns gets. Default: none.</param>
public sealed record StopExperimentBody(string? Reason, string? RollOut = null);

/// <summary>An experiment.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="Key">What code and exposures call it.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">draft, running, paused or stopped.</param>
/// <param name="Variants">What is tried.</param>
/// <param name="Control">Key of the variant that the others are compared with.</param>
/// <param name="Metric">What is to become better.</param>
/// <param name="Hypothesis">What is thought, and why.</param>
/// <param name="SiteIds">Sites that it's on; absent: all.</param>
/// <param name="Condition">Whom it concerns.</param>
/// <param name="Coverage">Of those, the part that is let in.</param>
/// <param name="Namespace">Its part of a space of visitors; absent: all of them.</param>
/// <param name="HashVersion">1 or 2.</param>
/// <param name="Guardrails">What mustn't become worse; absent: nothing.</param>
/// <param name="Decision">When the platform decides by itself; absent: it doesn't.</param>
/// <param name="Pages">Paths where it counts; absent: everywhere.</param>
/// <param name="Overrides">Variants of those who test it, by their ids.</param>
/// <param name="StartedAt">Since when visitors are let in.</param>
/// <param name="StoppedAt">When it ended.</param>
/// <param name="Because">Why it's paused, stopped or was rolled back.</param>
/// <param name="Outcome">Of its plan: winner, guardrail or no-winner; absent: the platform hasn't ended it.</param>
/// <param name="RolledOut">Key of the variant that everybody whom it concerns gets; absent: none.</param>
/// <param name="DeclaredAt">Since when there is one.</param>
/// <param name="DeclaredBy">Who made it so.</param>
/// <param name="ChangedAt">When anything last became of it; absent: nothing has.</param>
/// <param name="Version">What If-Match takes.</param>
public sealed record ExperimentAnswer(
    Guid Id, string Key, string Name, string Status, ImmutableArray<ExperimentVariant> Variants, string Control, ExperimentMetricBody Metric, string? Hypothesis, ImmutableArray<Guid>? SiteIds, Condition Condition,
    double Coverage, ExperimentSpace? Namespace, int HashVersion, IReadOnlyList<ExperimentMetricBody>? Guardrails, DecisionPlan? Decision, ImmutableArray<string>? Pages, IReadOnlyDictionary<string, string> Overrides, DateTimeOffset? StartedAt,
    DateTimeOffset? StoppedAt, string? Because, string? Outcome, string? RolledOut, DateTimeOffset DeclaredAt, string? DeclaredBy, DateTimeOffset? ChangedAt, long Version)
{
    internal static ExperimentAnswer Of(ExperimentDetails of) => new(
        of.Id, of.Key, of.Name, of.Status.ToString().ToLowerInvariant(), of.Content.Variants, of.Content.Control, ExperimentMetricBody.Of(of.Content.Metric), of.Content.Hypothesis, of.Content.SiteIds, of.Content.Condition,
        of.Content.Coverage, of.Content.Namespace, of.Content.HashVersion, of.Content.Guardrails is { } guardrails ? [.. guardrails.Select(ExperimentMetricBody.Of)] : null, of.Content.Decision, of.Content.Pages,
        of.Overrides.ToDictionary(o => o.Unit, o => o.Variant, StringComparer.Ordinal), of.StartedAt, of.StoppedAt, of.Because, of.Outcome, of.RolledOut, of.DeclaredAt, of.DeclaredBy, of.ChangedAt, of.Version);
}

/// <summary>Whom variants are asked for.</summary>
/// <param name="Attributes">At most 100: id, who it is, a text of at most 200 characters or a number, and any that conditions look at.</param>
/// <param name="SiteId">The site that it's asked for. Default: only experiments that are on all sites.</param>
/// <param name="Visitor">What the visitor's cookie says: then conditions know their profile, segments and behaviour. Default: nothing is known of them.</param>
public sealed record ExperimentQuestionBody(Fields? Attributes, Guid? SiteId = null, Guid? Visitor = null);

/// <summary>Which variants somebody gets.</summary>
/// <param name="Experiments">Those that give them one, in key order.</param>
public sealed record GivenVariants(IReadOnlyList<GivenVariantAnswer> Experiments);

/// <summary>Which variant somebody gets.</summary>
/// <param name="Experiment">Key of the experiment.</param>
/// <param name="Variant">Key of the variant.</param>
/// <param name="Value">What code gets.</param>
/// <param name="Reason">allocated, override (of somebody who tests it) or rolled-out.</param>
/// <param name="Expose">Whether an exposure is to be tracked once it's seen: only allocated visitors count.</param>
public sealed record GivenVariantAnswer(string Experiment, string Variant, AttributeValue Value, string Reason, bool Expose)
{
    internal static GivenVariantAnswer Of(string experiment, GivenVariant given) => new(experiment, given.Variant, given.Value, given.Reason, given.Reason == GivenVariant.Allocated);
}
