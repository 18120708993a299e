using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Wants a rule live as it's written: it is at once, or, where that takes four eyes, when somebody else agrees.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="By">Who wants it.</param>
public sealed record PublishRule(Guid RuleId, string? By)
{
    /// <param name="command">The command.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="policy">Whether it takes four eyes.</param>
    /// <param name="path">The rule's site and those above, the nearest first.</param>
    public static JointDecision Decide(PublishRule command, Rule rule, RuleList list, RulePolicy policy, ImmutableArray<Guid> path)
    {
        if (!rule.Exists) return Rule.Missing;
        if (rule.IsPublished) return JointDecision.Nothing;
        if (Refuse(command.RuleId, rule, list, path) is { } refused) return refused;
        return !policy.FourEyes ? Published(command.RuleId, rule)
            : rule.IsProposed ? JointDecision.Nothing
            : JointDecision.Of(new StreamEvents(command.RuleId, new RuleProposed(command.RuleId, command.By)));
    }

    internal static Rejection? Refuse(Guid id, Rule rule, RuleList list, ImmutableArray<Guid> path) => list.RefuseKey(id, rule.Key, path) ?? list.RefuseCircle(id, rule.Draft, path);

    internal static JointDecision Published(Guid id, Rule rule) => JointDecision.Of(
        new StreamEvents(id, new RulePublished(id, rule.Name, rule.Draft)),
        new StreamEvents(RuleList.Id, new RuleListed(id, rule.SiteId, rule.Key, rule.Draft.IsLocked, rule.Draft.Redirect(), rule.Draft.Redirect() is null ? null : rule.Draft.Pages)));
}

/// <summary>Agrees to what somebody else proposed: the rule is live as it's written.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="By">Who agrees; neither who wrote it nor who proposed it.</param>
public sealed record ApproveRule(Guid RuleId, string? By)
{
    /// <param name="command">The command.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="path">The rule's site and those above, the nearest first.</param>
    public static JointDecision Decide(ApproveRule command, Rule rule, RuleList list, ImmutableArray<Guid> path)
    {
        if (!rule.Exists) return Rule.Missing;
        if (rule.IsPublished) return JointDecision.Nothing;
        if (!rule.IsProposed) return Reject.Conflict("Nobody proposed it as it's written: POST .../publish does.");
        if (command.By is null || command.By == rule.WrittenBy || command.By == rule.ProposedBy) return Reject.Forbidden("Somebody else than who wrote or proposed it has to agree.");
        return PublishRule.Refuse(command.RuleId, rule, list, path) is { } refused ? refused : PublishRule.Published(command.RuleId, rule);
    }
}

/// <summary>Doesn't agree to what somebody proposed.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record RefuseRule(Guid RuleId, string? Reason) : ICommand<RefuseRule, Rule>
{
    private const int LongestReason = 500;

    public static Decision Decide(RefuseRule command, Rule state) =>
        !state.Exists ? Rule.Missing
        : command.Reason?.Trim() is not { Length: > 0 and <= LongestReason } reason ? Reject.Invalid("reason", $"Must be 1 to {LongestReason} characters long.")
        : !state.IsProposed ? Reject.Conflict("Nobody proposed it.")
        : Decision.Of(new RuleRefused(command.RuleId, reason));
}

/// <summary>Takes a rule out of use; what is written stays.</summary>
public sealed record WithdrawRule(Guid RuleId)
{
    /// <param name="command">The command.</param>
    /// <param name="rule">The rule.</param>
    public static JointDecision Decide(WithdrawRule command, Rule rule) => rule switch
    {
        { Exists: false } => Rule.Missing,
        { Live: null, IsProposed: false } => JointDecision.Nothing,
        _ => JointDecision.Of(new StreamEvents(command.RuleId, new RuleWithdrawn(command.RuleId)), new StreamEvents(RuleList.Id, new RuleListed(command.RuleId, rule.SiteId, rule.Key, false))),
    };
}

/// <summary>Puts a rule away: its key is free.</summary>
public sealed record ArchiveRule(Guid RuleId)
{
    /// <param name="command">The command.</param>
    /// <param name="rule">The rule.</param>
    public static JointDecision Decide(ArchiveRule command, Rule rule) => rule switch
    {
        { Version: 0 } => Rule.Missing,
        { Exists: false } => JointDecision.Nothing,
        _ => JointDecision.Of(new StreamEvents(command.RuleId, new RuleArchived(command.RuleId)), new StreamEvents(RuleList.Id, new RuleUnlisted(command.RuleId))),
    };
}
