using System.Buffers;
using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>A rule as it counts.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Key">Of it and of what overrides it.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it does.</param>
public sealed record LiveRule(Guid Id, Guid SiteId, string Key, string Name, RuleContent Content);

/// <summary>A slot that recommendations fill.</summary>
/// <param name="Count">Items that it has room for.</param>
/// <param name="Model">hybrid, or the model whose scores count alone.</param>
public sealed record RecommendedSlot(int Count, string Model);

/// <summary>What rules do for a visitor on a page.</summary>
/// <param name="Redirect">Where the visitor is sent; null: nowhere.</param>
/// <param name="Variants">Items that are shown instead of others.</param>
/// <param name="Slots">Items by the slots that they are shown in.</param>
/// <param name="Recommended">Slots that recommendations fill.</param>
/// <param name="Attributes">Values by the names that templates know them by.</param>
/// <param name="Rules">Rules that did any of it, in their order.</param>
public sealed record RuleOutcome(
    string? Redirect, ImmutableDictionary<Guid, Guid> Variants, ImmutableSortedDictionary<string, Guid> Slots, ImmutableSortedDictionary<string, RecommendedSlot> Recommended,
    ImmutableSortedDictionary<string, AttributeValue> Attributes, ImmutableArray<Guid> Rules)
{
    public static RuleOutcome None { get; } = new(
        null, ImmutableDictionary<Guid, Guid>.Empty, ImmutableSortedDictionary.Create<string, Guid>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, RecommendedSlot>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, AttributeValue>(StringComparer.Ordinal), []);

    internal RuleOutcome With(LiveRule rule) => With(rule.Content.Actions) is var next && ReferenceEquals(next, this) ? this : next with { Rules = Rules.Add(rule.Id) };

    /// <summary>With those actions that nothing was done before to what they are done to.</summary>
    public RuleOutcome With(ImmutableArray<RuleAction> actions)
    {
        var next = this;
        foreach (var action in actions)
            if (next.IsFree(action))
                next = action.Kind switch
                {
                    RuleAction.Redirect => next with { Redirect = action.To },
                    RuleAction.Variant => next with { Variants = next.Variants.Add(action.Of!.Value, action.ItemId!.Value) },
                    RuleAction.Slot => next with { Slots = next.Slots.Add(action.Name!, action.ItemId!.Value) },
                    RuleAction.Recommend => next with { Recommended = next.Recommended.Add(action.Name!, new(action.Count ?? RuleAction.UsualCount, action.Model ?? RecommendationModels.Hybrid)) },
                    _ => next with { Attributes = next.Attributes.Add(action.Name!, action.Value!.Value) },
                };
        return next;
    }

    /// <summary>No rule before has done it to the same thing.</summary>
    internal bool IsFree(RuleAction action) => action.Kind switch
    {
        RuleAction.Redirect => Redirect is null,
        RuleAction.Variant => !Variants.ContainsKey(action.Of!.Value),
        RuleAction.Slot or RuleAction.Recommend => !Slots.ContainsKey(action.Name!) && !Recommended.ContainsKey(action.Name!),
        _ => !Attributes.ContainsKey(action.Name!),
    };
}

/// <summary>What became of a rule for a visitor on a page.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Key">Its key.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">holds, does-not-hold, other-page, other-time, overridden, or passed-over: a rule before it was the last.</param>
/// <param name="Condition">What its condition said and by what; null: it wasn't asked.</param>
/// <param name="By">The rule that overrides it, or was the last; null: none.</param>
/// <param name="Actions">Numbers of its actions that count; those left out another rule has done to the same thing.</param>
public sealed record RuleTrace(Guid RuleId, Guid SiteId, string Key, string Name, string Status, ConditionTrace? Condition, Guid? By, ImmutableArray<int> Actions);

/// <summary>The rules that count on a site: its own and those of the sites above, in the order in which they are looked at (see <see cref="RuleBook.On"/>).</summary>
public sealed class SiteRules
{
    private const int MostRedirects = 5;

    private readonly ImmutableArray<NumberedRule> _rules;
    private readonly int _numbers;

    internal SiteRules(ImmutableArray<NumberedRule> rules, ImmutableArray<(LiveRule Rule, Guid By)> overridden, int numbers) => (_rules, Overridden, _numbers) = (rules, overridden, numbers);

    /// <summary>By priority, the highest first, then the nearest site, then key.</summary>
    public IEnumerable<LiveRule> InOrder => _rules.Select(rule => rule.Of);

    /// <summary>Those that another one of the same key keeps from counting, with that one.</summary>
    public ImmutableArray<(LiveRule Rule, Guid By)> Overridden { get; }

    /// <summary>What they do for a visitor on a page. A redirect leads where further ones would lead from there; one that leads back is none.</summary>
    /// <param name="page">Path.</param>
    /// <param name="context">The visitor and the request.</param>
    /// <param name="now">When.</param>
    /// <param name="before">What is done before rules on a page, and counts in their stead; null: nothing is.</param>
    public RuleOutcome Decide(string page, ConditionContext context, DateTimeOffset now, Func<string, RuleOutcome>? before = null)
    {
        var outcome = On(page, context, now, before);
        if (outcome.Redirect is not { } to) return outcome;
        for (var n = 1; n <= MostRedirects; n++)
        {
            if (to == page) break;
            if (On(to, context, now, before).Redirect is not { } next) return outcome with { Redirect = to };
            to = next;
        }
        return outcome with { Redirect = null };
    }

    private RuleOutcome On(string page, ConditionContext context, DateTimeOffset now, Func<string, RuleOutcome>? before)
    {
        var outcome = before?.Invoke(page) ?? RuleOutcome.None;
        var asked = ArrayPool<int>.Shared.Rent(_numbers);
        try
        {
            asked.AsSpan(0, _numbers).Clear();
            var once = context with { Asked = asked };
            foreach (var rule in _rules)
            {
                var content = rule.Of.Content;
                // What comes too late for all that it would do isn't asked.
                if (!content.IsLast && IsDone(rule.Targets, asked)) continue;
                if (!IsNow(content, now) || !IsOn(rule, page, asked) || !rule.Condition.Holds(once)) continue;
                outcome = outcome.With(rule.Of);
                foreach (var target in rule.Targets) asked[target] = RuleBook.Yes;
                if (content.IsLast) break;
            }
            return outcome;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(asked);
        }
    }

    private static bool IsDone(ImmutableArray<int> targets, int[] asked)
    {
        foreach (var target in targets)
            if (asked[target] != RuleBook.Yes) return false;
        return true;
    }

    private static bool IsOn(NumberedRule rule, string page, int[] asked)
    {
        if (rule.Pages is not { } pages) return true;
        ref var answer = ref asked[pages];
        if (answer == RuleBook.Unknown) answer = rule.Of.Content.IsOn(page) ? RuleBook.Yes : RuleBook.No;
        return answer == RuleBook.Yes;
    }

    /// <summary>The same, with what became of each rule.</summary>
    /// <param name="page">Path.</param>
    /// <param name="context">The visitor and the request.</param>
    /// <param name="now">When.</param>
    /// <param name="before">What is done before rules on a page, and counts in their stead; null: nothing is.</param>
    public (RuleOutcome Outcome, ImmutableArray<RuleTrace> Traces) Explain(string page, ConditionContext context, DateTimeOffset now, Func<string, RuleOutcome>? before = null)
    {
        var (outcome, last, traces) = (before?.Invoke(page) ?? RuleOutcome.None, (Guid?)null, ImmutableArray.CreateBuilder<RuleTrace>());
        foreach (var rule in InOrder)
        {
            if (last is not null || !IsNow(rule.Content, now) || !rule.Content.IsOn(page))
            {
                traces.Add(Trace(rule, last is not null ? "passed-over" : IsNow(rule.Content, now) ? "other-page" : "other-time", last));
                continue;
            }
            var condition = rule.Content.Condition.Explain(context);
            var so = outcome;
            if (condition.Holds) outcome = outcome.With(rule);
            traces.Add(Trace(rule, condition.Holds ? "holds" : "does-not-hold", null) with
            {
                Condition = condition,
                Actions = condition.Holds ? [.. rule.Content.Actions.Select((action, n) => (action, n)).Where(one => so.IsFree(one.action)).Select(one => one.n)] : [],
            });
            if (condition.Holds && rule.Content.IsLast) last = rule.Id;
        }
        foreach (var (rule, by) in Overridden) traces.Add(Trace(rule, "overridden", by));
        return (Decide(page, context, now, before), traces.ToImmutable());
    }

    /// <summary>What it depends on what is done on a page: names of attributes, of which profile stands for segments, behaviour and recommendations as well.</summary>
    /// <param name="page">Path.</param>
    public ImmutableSortedSet<string> DependsOn(string page)
    {
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var (some, pages) in ByWhatTheyLookAt)
            if (!names.IsSupersetOf(some) && RuleContent.IsOn(pages, page))
                names.UnionWith(some);
        return names.ToImmutable();
    }

    // With the pages where some rule that looks at them counts; a redirect counts wherever one leads to it. Made at first use; made twice they are alike. Of a thousand rules most look at the same few things.
    private ImmutableArray<(ImmutableArray<string> Names, ImmutableArray<string> Pages)> ByWhatTheyLookAt => field.IsDefault
        ? field = [.. InOrder.GroupBy(rule => string.Join('\n', NamesOf(rule))).Select(rules => (NamesOf(rules.First()), PagesOf(rules)))]
        : field;

    private static ImmutableArray<string> PagesOf(IEnumerable<LiveRule> rules) =>
        rules.Any(rule => rule.Content.Pages.IsEmpty || rule.Content.Redirect() is not null) ? [] : [.. rules.SelectMany(rule => rule.Content.Pages).Distinct()];

    private static ImmutableArray<string> NamesOf(LiveRule rule) =>
    [
        .. rule.Content.Condition.DependsOn().Concat(rule.Content.Actions.Where(action => action.Kind == RuleAction.Recommend).Select(_ => ConditionContext.Profile))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static RuleTrace Trace(LiveRule rule, string status, Guid? by) => new(rule.Id, rule.SiteId, rule.Key, rule.Name, status, null, by, []);

    private static bool IsNow(RuleContent content, DateTimeOffset now) => !(now < content.From) && !(now >= content.Until);
}
