using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>
/// Live rules as decisions look at them: what they ask, the pages they are for and what they do something to have numbers, and what is alike has the same one, so that a decision asks each thing once however many rules ask
/// it. All sites of a tenant share it; a site's rules are these in an order.
/// </summary>
public sealed class RuleBook
{
    /// <summary>What a decision knows of something that has a number.</summary>
    internal const int Unknown = 0, Yes = 1, No = 2;

    private readonly Dictionary<Guid, ImmutableArray<NumberedRule>> _bySite;
    private readonly Dictionary<(string Kind, object What), int> _numbers = [];

    private RuleBook(IEnumerable<LiveRule> rules) =>
        _bySite = rules.GroupBy(rule => rule.SiteId).ToDictionary(group => group.Key, group => group.Select(Numbered).ToImmutableArray());

    /// <param name="rules">Of any sites.</param>
    public static RuleBook Of(IEnumerable<LiveRule> rules) => new(rules);

    /// <summary>Those that count on a site.</summary>
    /// <param name="path">The site and those above, the nearest first.</param>
    public SiteRules On(ImmutableArray<Guid> path)
    {
        var (counting, overridden) = (new Dictionary<string, (NumberedRule Rule, int Distance)>(StringComparer.Ordinal), ImmutableArray.CreateBuilder<(LiveRule, Guid)>());
        // From the top: a locked rule stays, whatever is below.
        for (var distance = path.Length - 1; distance >= 0; distance--)
            foreach (var rule in _bySite.GetValueOrDefault(path[distance], []))
                if (!counting.TryGetValue(rule.Of.Key, out var above)) counting.Add(rule.Of.Key, (rule, distance));
                else if (above.Rule.Of.Content.IsLocked) overridden.Add((rule.Of, above.Rule.Of.Id));
                else
                {
                    overridden.Add((above.Rule.Of, rule.Of.Id));
                    counting[rule.Of.Key] = (rule, distance);
                }
        return new(
            [.. counting.Values.OrderByDescending(one => one.Rule.Of.Content.Priority).ThenBy(one => one.Distance).ThenBy(one => one.Rule.Of.Key, StringComparer.Ordinal).Select(one => one.Rule)],
            overridden.ToImmutable(), _numbers.Count);
    }

    private NumberedRule Numbered(LiveRule rule) => new(
        rule, Numbered(rule.Content.Condition), rule.Content.Pages.IsEmpty ? null : NumberOf("pages", string.Join('\n', rule.Content.Pages)),
        [.. rule.Content.Actions.Select(action => NumberOf("target", action.Target())).Distinct()]);

    private Condition Numbered(Condition condition) => condition switch
    {
        AllOf all => new AllOf([.. all.Conditions.Select(Numbered)]),
        AnyOf any => new AnyOf([.. any.Conditions.Select(Numbered)]),
        NoneOf none => new NoneOf(Numbered(none.Condition)),
        // How often somebody did something is counted once, whatever the bounds.
        Behaved behaved => new CountedOnce(NumberOf("behaviour", behaved.Behaviour with { AtLeast = 0, AtMost = null }), behaved),
        _ => new AskedOnce(NumberOf("condition", condition), condition),
    };

    private int NumberOf(string kind, object what)
    {
        if (!_numbers.TryGetValue((kind, what), out var number)) _numbers.Add((kind, what), number = _numbers.Count);
        return number;
    }
}

/// <summary>A rule with the numbers of what it asks and does.</summary>
/// <param name="Of">The rule.</param>
/// <param name="Condition">For whom: each thing that it asks, asked once a decision.</param>
/// <param name="Pages">Where; null: everywhere.</param>
/// <param name="Targets">What it does something to.</param>
internal sealed record NumberedRule(LiveRule Of, Condition Condition, int? Pages, ImmutableArray<int> Targets);

/// <summary>A condition that one decision asks once.</summary>
internal sealed record AskedOnce(int Number, Condition Of) : Condition
{
    public override bool Holds(ConditionContext context)
    {
        ref var answer = ref context.Asked![Number];
        if (answer == RuleBook.Unknown) answer = Of.Holds(context) ? RuleBook.Yes : RuleBook.No;
        return answer == RuleBook.Yes;
    }

    public override ConditionTrace Explain(ConditionContext context) => Of.Explain(context);
}

/// <summary>A condition of behaviour that one decision counts once.</summary>
internal sealed record CountedOnce(int Number, Behaved Of) : Condition
{
    public override bool Holds(ConditionContext context)
    {
        if (context.Times is not { } times) return false;
        ref var counted = ref context.Asked![Number];
        // One more than there are: none isn't unknown.
        if (counted == RuleBook.Unknown) counted = times(Of.Behaviour) + 1;
        return Of.Behaviour.Admits(counted - 1);
    }

    public override ConditionTrace Explain(ConditionContext context) => Of.Explain(context);
}
