namespace Platform.Domain.Security;

/// <summary>
/// Has a person erased who was kept as long as a retention rule says. It takes no four eyes, whatever the policy says: the rule is the decision, made once for everybody it's about, and nobody looks at
/// each. What protects from a rule that was a mistake is the <see cref="Notice"/> that it stands before it erases anybody. What is restricted is kept (GDPR, Article 18 (2)).
/// </summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Rule">The rule.</param>
/// <param name="By">Who carries the rules out, as the event says.</param>
/// <param name="RegisteredAt">When they were registered.</param>
/// <param name="LastEventAt">When the newest event about them was recorded, in their stream or in any other.</param>
/// <param name="Policy">The tenant's.</param>
/// <param name="Now">When.</param>
public sealed record EraseByRule(Guid SubjectId, RetentionRule Rule, string By, DateTimeOffset RegisteredAt, DateTimeOffset LastEventAt, PrivacyPolicy Policy, DateTimeOffset Now)
    : ICommand<EraseByRule, DataSubject>
{
    /// <summary>How long a rule stands, as it is, before it erases anybody.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromDays(1);

    public static Decision Decide(EraseByRule command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (state.Erasure is not ErasureState.None) return Decision.Nothing;
        if (!command.Policy.Retention.Contains(command.Rule)) return Reject.Conflict("The policy has no such rule any more.");
        if (state.IsRestricted) return Reject.Conflict("The data is restricted: it's kept until that is lifted.");
        var since = command.Rule.Since == RetentionStart.Registration ? command.RegisteredAt : command.LastEventAt;
        if (since.AddDays(command.Rule.Days) > command.Now) return Decision.Nothing;
        return Decision.Of(new ErasureRequested(
            command.SubjectId, ErasureCause.Retention, command.By, command.Now.AddDays(command.Policy.DeadlineDays), NeedsApproval: false, Rule: command.Rule.Name));
    }
}
