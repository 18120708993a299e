using System.Collections.Immutable;

namespace Platform.Domain.Security;

/// <summary>How long data is kept, by itself.</summary>
/// <param name="Name">For people; it's what the rule is known by.</param>
/// <param name="Days">From then on: 1 to 36,500.</param>
/// <param name="Since">registration, or last-event: the last event about the person.</param>
public sealed record RetentionRule(string Name, int Days, string Since);

/// <summary>From when a retention rule counts.</summary>
public static class RetentionStart
{
    public const string Registration = "registration";

    /// <summary>The last event about the person.</summary>
    public const string LastEvent = "last-event";
}

/// <summary>How a tenant goes about personal data, from now on.</summary>
/// <param name="FourEyes">An erasure needs the approval of somebody who didn't ask for it.</param>
/// <param name="DeadlineDays">Within which an erasure is to be done.</param>
/// <param name="Retention">When data is erased by itself.</param>
[EventType("security.privacy-policy-set")]
public sealed record PrivacyPolicySet(bool FourEyes, int DeadlineDays, ImmutableArray<RetentionRule> Retention);

/// <summary>How a tenant goes about personal data: one stream a tenant.</summary>
[StateType("security.privacy-policy", 1)]
public sealed record PrivacyPolicy : IState<PrivacyPolicy>
{
    /// <summary>GDPR, Article 12 (3): a month.</summary>
    public const int UsualDeadlineDays = 30;

    public static PrivacyPolicy Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("security.privacy-policy");

    public bool FourEyes { get; init; }
    public int DeadlineDays { get; init; } = UsualDeadlineDays;
    public ImmutableArray<RetentionRule> Retention { get; init; } = [];
    public long Version { get; init; }

    public PrivacyPolicy Evolve(object @event, long version) =>
        (@event is PrivacyPolicySet set ? this with { FourEyes = set.FourEyes, DeadlineDays = set.DeadlineDays, Retention = set.Retention } : this) with { Version = version };
}

/// <summary>Sets how the tenant goes about personal data, all of it.</summary>
public sealed record SetPrivacyPolicy(bool FourEyes, int DeadlineDays, ImmutableArray<RetentionRule> Retention) : ICommand<SetPrivacyPolicy, PrivacyPolicy>
{
    private const int MostRules = 20, MostDays = 36_500, LongestDeadline = 90;

    public static Decision Decide(SetPrivacyPolicy command, PrivacyPolicy state)
    {
        if (Check(command).Rejection is { } invalid) return invalid;
        return state.Version > 0 && state.FourEyes == command.FourEyes && state.DeadlineDays == command.DeadlineDays && state.Retention.SequenceEqual(command.Retention)
            ? Decision.Nothing
            : Decision.Of(new PrivacyPolicySet(command.FourEyes, command.DeadlineDays, command.Retention));
    }

    private static FieldErrors Check(SetPrivacyPolicy command)
    {
        var errors = new FieldErrors()
            .Add("deadlineDays", command.DeadlineDays is >= 1 and <= LongestDeadline ? null : $"Must be 1 to {LongestDeadline}.")
            .Add("retention", command.Retention.Length <= MostRules ? null : $"At most {MostRules} rules.");
        for (var n = 0; n < Math.Min(command.Retention.Length, MostRules); n++)
        {
            var rule = command.Retention[n];
            errors.Add($"retention[{n}].name", DisplayName.Problem(rule.Name) ?? (command.Retention.Take(n).Any(other => other.Name == rule.Name) ? "Stands twice." : null))
                .Add($"retention[{n}].days", rule.Days is >= 1 and <= MostDays ? null : $"Must be 1 to {MostDays}.")
                .Add($"retention[{n}].since", rule.Since is RetentionStart.Registration or RetentionStart.LastEvent ? null : $"One of {RetentionStart.Registration}, {RetentionStart.LastEvent}.");
        }
        return errors;
    }
}
