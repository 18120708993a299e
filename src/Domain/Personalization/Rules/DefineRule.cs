using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Writes a rule, which isn't live yet.</summary>
/// <param name="RuleId">New.</param>
/// <param name="SiteId">It counts there and on the sites below.</param>
/// <param name="Key">1 to 100 letters, digits, dots, hyphens and underscores; unique on the site, and that of no locked rule above.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Content">What it does.</param>
/// <param name="Errors">What reading the condition found.</param>
/// <param name="By">Who says so.</param>
public sealed record DefineRule(Guid RuleId, Guid SiteId, string? Key, string? Name, RuleContent Content, FieldErrors Errors, string? By)
{
    /// <param name="command">The command.</param>
    /// <param name="rule">The rule, which mustn't exist.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="path">The site and those above, the nearest first; empty: there is no such site.</param>
    public static JointDecision Decide(DefineRule command, Rule rule, RuleList list, ImmutableArray<Guid> path)
    {
        var (id, key, name) = (command.RuleId, command.Key ?? "", command.Name?.Trim() ?? "");
        var errors = RuleCheck.Of(name, command.Content).Add(command.Errors).Add("key", RuleCheck.Key().IsMatch(key) ? null : "Must be 1 to 100 letters, digits, dots, hyphens and underscores.");
        if (errors.Rejection is { } invalid) return invalid;
        if (path.IsEmpty) return Reject.NotFound("There is no such site.");
        if (rule.Version > 0) return Reject.Conflict($"There is a rule {id} already, or was.");
        if (list.RefuseKey(id, key, path) is { } taken) return taken;
        if (list.Rules.Count >= RuleList.Most) return Reject.Conflict($"A tenant has at most {RuleList.Most} rules: archive one first.");
        return JointDecision.Of(new StreamEvents(id, new RuleDefined(id, command.SiteId, key, name, command.Content, command.By)), new StreamEvents(RuleList.Id, new RuleListed(id, command.SiteId, key, false)));
    }
}

/// <summary>Writes a rule anew; what is live stays so until that is published.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">As when it's defined.</param>
/// <param name="Content">As when it's defined.</param>
/// <param name="Errors">What reading the condition found.</param>
/// <param name="By">Who says so.</param>
public sealed record ChangeRule(Guid RuleId, string? Name, RuleContent Content, FieldErrors Errors, string? By) : ICommand<ChangeRule, Rule>
{
    public static Decision Decide(ChangeRule command, Rule state)
    {
        var name = command.Name?.Trim() ?? "";
        if (!state.Exists) return Rule.Missing;
        if (RuleCheck.Of(name, command.Content).Add(command.Errors).Rejection is { } invalid) return invalid;
        return name == state.Name && command.Content == state.Draft ? Decision.Nothing : Decision.Of(new RuleChanged(command.RuleId, name, command.Content, command.By));
    }
}
