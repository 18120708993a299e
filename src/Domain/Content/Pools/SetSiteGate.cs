using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>Gives a site a gate of its own, or another one.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Rules">All of them, at most 200, in any order; none: nothing of the pool is let in.</param>
public sealed record SetSiteGate(Guid SiteId, ImmutableArray<GateRule> Rules)
{
    private const int MostRules = 200;
    private const int MostTypes = 200;
    private const int MostPriority = 1000;

    /// <summary>The content types that the rules name, as far as they are looked at.</summary>
    public IReadOnlyList<string> Types =>
        [.. Rules.Take(MostRules).SelectMany(rule => rule.When.Types ?? []).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Take(MostTypes + 1)];

    /// <param name="command">The command.</param>
    /// <param name="gate">The site's gate.</param>
    /// <param name="site">The site.</param>
    /// <param name="types">Those of <see cref="Types"/> that there are.</param>
    public static Decision Decide(SetSiteGate command, SiteGate gate, HomeSite site, IReadOnlySet<string> types)
    {
        if (site.Refuse() is { } refused) return refused;
        if (Check(command, types).Rejection is { } invalid) return invalid;

        var rules = SiteGate.InOrder(command.Rules.Select(rule => rule with { Name = rule.Name.Trim(), When = rule.When.InOrder() }));
        return gate.Rules is { } current && current.SequenceEqual(rules) ? Decision.Nothing : Decision.Of(new SiteGateSet(command.SiteId, rules));
    }

    private static FieldErrors Check(SetSiteGate command, IReadOnlySet<string> types)
    {
        if (command.Rules.Length > MostRules) return new FieldErrors().Add("rules", $"A gate has at most {MostRules} rules.");
        if (command.Types.Count > MostTypes) return new FieldErrors().Add("rules", $"All rules together name at most {MostTypes} content types.");

        var errors = new FieldErrors();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < command.Rules.Length; i++)
        {
            var (path, rule) = ($"rules[{i}]", command.Rules[i]);
            errors.Add($"{path}.name", DisplayName.Problem(rule.Name) ?? (names.Add(rule.Name.Trim()) ? null : "Another rule has this name."))
                .Add($"{path}.effect", rule.Effect is GateEffect.Include or GateEffect.Exclude ? null : "Must be include or exclude.")
                .Add($"{path}.priority", rule.Priority is >= 0 and <= MostPriority ? null : $"Must be from 0 to {MostPriority:N0}.")
                .Add($"{path}.until", rule.Until <= rule.From ? "Must be later than from." : null)
                .Add($"{path}.when.publishedUntil", rule.When.PublishedUntil <= rule.When.PublishedFrom ? "Must be later than publishedFrom." : null)
                .Add(CheckList($"{path}.when.types", rule.When.Types, name => types.Contains(name) ? null : "There is no such content type."))
                .Add(CheckList($"{path}.when.tags", rule.When.Tags, Label.TagProblem))
                .Add(CheckList($"{path}.when.regions", rule.When.Regions, Label.RegionProblem))
                .Add(CheckList($"{path}.when.locales", rule.When.Locales, Locale.Problem));
        }

        return errors;
    }

    private static FieldErrors CheckList(string path, ImmutableArray<string>? values, Func<string, string?> problem) =>
        values is not { } some ? new FieldErrors()
        : some.IsEmpty ? new FieldErrors().Add(path, "Name at least one, or leave it out.")
        : Label.Check(path, some, problem);
}

/// <summary>Takes a site's own gate away: that of the nearest site above holds.</summary>
public sealed record ResetSiteGate(Guid SiteId)
{
    /// <param name="command">The command.</param>
    /// <param name="gate">The site's gate.</param>
    /// <param name="site">The site.</param>
    public static Decision Decide(ResetSiteGate command, SiteGate gate, HomeSite site) =>
        site.Refuse() is { } refused ? refused
        : gate.Rules is null ? Decision.Nothing
        : Decision.Of(new SiteGateReset(command.SiteId));
}
