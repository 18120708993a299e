using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>There is a rule, which isn't live yet.</summary>
/// <param name="RuleId">The rule; the stream.</param>
/// <param name="SiteId">It counts there and on the sites below.</param>
/// <param name="Key">A rule with the same key on a site below overrides it there.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it does.</param>
/// <param name="By">Who said so.</param>
[EventType("personalization.rule-defined")]
public sealed record RuleDefined(Guid RuleId, Guid SiteId, string Key, string Name, RuleContent Content, string? By = null);

/// <summary>The rule is to do something else, once that is published.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it's to do.</param>
/// <param name="By">Who said so.</param>
[EventType("personalization.rule-changed")]
public sealed record RuleChanged(Guid RuleId, string Name, RuleContent Content, string? By = null);

/// <summary>Somebody wants the rule live as it's written, and somebody else has to agree.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="By">Who wants it.</param>
[EventType("personalization.rule-proposed")]
public sealed record RuleProposed(Guid RuleId, string? By = null);

/// <summary>Somebody didn't agree.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Reason">Why not.</param>
[EventType("personalization.rule-refused")]
public sealed record RuleRefused(Guid RuleId, string Reason);

/// <summary>The rule is live as it's written.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it does.</param>
[EventType("personalization.rule-published")]
public sealed record RulePublished(Guid RuleId, string Name, RuleContent Content);

/// <summary>The rule isn't live any more.</summary>
[EventType("personalization.rule-withdrawn")]
public sealed record RuleWithdrawn(Guid RuleId);

/// <summary>The rule is put away; its key is free.</summary>
[EventType("personalization.rule-archived")]
public sealed record RuleArchived(Guid RuleId);

/// <summary>The rule stands among the tenant's as follows, instead of how it did.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Key">Its key.</param>
/// <param name="IsLocked">It's live, and sites below can't override it.</param>
/// <param name="Redirect">Where it sends visitors, being live; null: nowhere.</param>
/// <param name="Pages">Paths from which it does.</param>
[EventType("personalization.rule-listed")]
public sealed record RuleListed(Guid RuleId, Guid SiteId, string Key, bool IsLocked, string? Redirect = null, ImmutableArray<string>? Pages = null);

/// <summary>The rule doesn't stand among the tenant's any more.</summary>
[EventType("personalization.rule-unlisted")]
public sealed record RuleUnlisted(Guid RuleId);

/// <summary>How rules of the tenant come live, from now on.</summary>
/// <param name="FourEyes">Somebody else than who wrote or proposed them has to agree.</param>
[EventType("personalization.rule-policy-set")]
public sealed record RulePolicySet(bool FourEyes);
