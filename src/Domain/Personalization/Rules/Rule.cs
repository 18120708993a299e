using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>What some visitors are shown otherwise.</summary>
[StateType("personalization.rule", 1)]
public sealed record Rule : IState<Rule>
{
    public static Rule Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such rule.");

    /// <summary>It was defined, and wasn't archived.</summary>
    public bool Exists { get; init; }

    public Guid SiteId { get; init; }

    public string Key { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>As it's written.</summary>
    public RuleContent Draft { get; init; } = new(0, Condition.Never, [], []);

    /// <summary>Who wrote it last.</summary>
    public string? WrittenBy { get; init; }

    /// <summary>As it counts; null: it doesn't.</summary>
    public RuleContent? Live { get; init; }

    /// <summary>It's live as it's written.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Somebody wants it live as it's written.</summary>
    public bool IsProposed { get; init; }

    public string? ProposedBy { get; init; }

    public long Version { get; init; }

    public Rule Evolve(object @event, long version) => @event switch
    {
        RuleDefined e => this with { Exists = true, SiteId = e.SiteId, Key = e.Key, Name = e.Name, Draft = e.Content, WrittenBy = e.By, Version = version },
        RuleChanged e => this with { Name = e.Name, Draft = e.Content, WrittenBy = e.By, IsPublished = false, IsProposed = false, ProposedBy = null, Version = version },
        RuleProposed e => this with { IsProposed = true, ProposedBy = e.By, Version = version },
        RuleRefused => this with { IsProposed = false, ProposedBy = null, Version = version },
        RulePublished e => this with { Live = e.Content, IsPublished = true, IsProposed = false, ProposedBy = null, Version = version },
        RuleWithdrawn => this with { Live = null, IsPublished = false, IsProposed = false, ProposedBy = null, Version = version },
        RuleArchived => this with { Exists = false, Live = null, IsPublished = false, IsProposed = false, ProposedBy = null, Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>A rule among the tenant's.</summary>
/// <param name="SiteId">Its site.</param>
/// <param name="Key">Its key.</param>
/// <param name="IsLocked">It's live, and sites below can't override it.</param>
/// <param name="Redirect">Where it sends visitors, being live; null: nowhere.</param>
/// <param name="Pages">Paths from which it does.</param>
public sealed record ListedRule(Guid SiteId, string Key, bool IsLocked, string? Redirect = null, ImmutableArray<string>? Pages = null);

/// <summary>All rules of a tenant, so that they stay few, no two of a site have a key, locks hold and no visitor is sent in a circle.</summary>
[StateType("personalization.rule-list", 1)]
public sealed record RuleList : IState<RuleList>
{
    public const int Most = 2_000;

    public static RuleList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("personalization.rule-list");

    public ImmutableSortedDictionary<Guid, ListedRule> Rules { get; init; } = ImmutableSortedDictionary<Guid, ListedRule>.Empty;

    public long Version { get; init; }

    public RuleList Evolve(object @event, long version) => this with
    {
        Rules = @event switch
        {
            RuleListed e => Rules.SetItem(e.RuleId, new(e.SiteId, e.Key, e.IsLocked, e.Redirect, e.Pages)),
            RuleUnlisted e => Rules.Remove(e.RuleId),
            _ => Rules,
        },
        Version = version,
    };

    /// <summary>What stands against a rule's key on a site; null: nothing.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="key">Its key.</param>
    /// <param name="path">Its site and those above, the nearest first.</param>
    internal Rejection? RefuseKey(Guid ruleId, string key, ImmutableArray<Guid> path)
    {
        foreach (var (id, other) in Rules)
            if (id != ruleId && other.Key == key && other.SiteId == path[0]) return Reject.Conflict("key", $"Rule {id} of the site has that key.");
        foreach (var (id, other) in Rules)
            if (id != ruleId && other.Key == key && other.IsLocked && path.Contains(other.SiteId)) return Reject.Conflict("key", $"Rule {id} of the site {other.SiteId} above is locked: it can't be overridden.");
        return null;
    }

    /// <summary>What stands against visitors' being sent somewhere; null: nothing.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="content">As it's to be live.</param>
    /// <param name="path">Its site and those above.</param>
    internal Rejection? RefuseCircle(Guid ruleId, RuleContent content, ImmutableArray<Guid> path)
    {
        if (content.Redirect() is not { } first) return null;
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([first]));
        while (next.TryPop(out var at))
        {
            if (content.IsOn(at))
                return Reject.Conflict("actions", at == first ? $"It sends visitors to {first}, where it counts itself: that is a circle." : $"It sends visitors to {first}, from where other rules send them to {at}, where it counts itself: that is a circle.");
            if (!seen.Add(at)) continue;
            foreach (var (id, other) in Rules)
                if (id != ruleId && other.Redirect is { } to && path.Contains(other.SiteId) && (other.Pages is not { Length: > 0 } pages || pages.Any(pattern => RuleContent.Fits(pattern, at))))
                    next.Push(to);
        }
        return null;
    }
}

/// <summary>How rules of a tenant come live: one stream a tenant.</summary>
[StateType("personalization.rule-policy", 1)]
public sealed record RulePolicy : IState<RulePolicy>
{
    public static RulePolicy Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("personalization.rule-policy");

    public bool FourEyes { get; init; }

    public long Version { get; init; }

    public RulePolicy Evolve(object @event, long version) => @event is RulePolicySet set ? this with { FourEyes = set.FourEyes, Version = version } : this with { Version = version };
}

/// <summary>Says how rules of the tenant come live.</summary>
/// <param name="FourEyes">Somebody else than who wrote or proposed them has to agree.</param>
public sealed record SetRulePolicy(bool? FourEyes) : ICommand<SetRulePolicy, RulePolicy>
{
    public static Decision Decide(SetRulePolicy command, RulePolicy state) =>
        command.FourEyes is not { } fourEyes ? Reject.Invalid("fourEyes", "Must be true or false.") : fourEyes == state.FourEyes && state.Version > 0 ? Decision.Nothing : Decision.Of(new RulePolicySet(fourEyes));
}
