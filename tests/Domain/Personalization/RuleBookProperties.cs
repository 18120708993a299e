using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RuleBookProperties
{
    private static readonly Guid _site = new("0198c5a0-0000-7000-8000-00000000000b"), _segment = new("0198c5a0-0000-7000-8000-0000000000e1");
    private static readonly DateTimeOffset _now = new(2030, 6, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] _items = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
    private static readonly string[] _words = ["a", "b"];
    private static readonly ImmutableArray<string>[] _pages = [[], ["/a"], ["/b/*", "/a"], ["/b/*"]];

    private static readonly Gen<Condition> _leaf = Gen.OneOf(
        from name in Gen.Elements(_words) from value in Gen.Elements(_words) select (Condition)new AttributeIs(new(name), [new EqualTest(AttributeValue.Of(value))]),
        from name in Gen.Elements(_words) from value in Gen.Elements(_words) select (Condition)new AttributeIs(new(name), [new NotTest([new EqualTest(AttributeValue.Of(value))])]),
        from least in Gen.Choose(0, 3) from days in Gen.Elements(1, 2) select (Condition)new Behaved(new("page_view", AtLeast: least, AtMost: least == 0 ? 1 : null, Days: days)),
        Gen.Constant((Condition)new InSegment(_segment)));

    private static readonly Gen<Condition> _condition = Gen.OneOf(
        _leaf,
        from some in Gen.ListOf(_leaf, 2) select (Condition)new AllOf([.. some]),
        from some in Gen.ListOf(_leaf, 2) select (Condition)new AnyOf([.. some]),
        from one in _leaf select (Condition)new NoneOf(new AllOf([one])));

    private static readonly Gen<RuleAction> _action = Gen.OneOf(
        from name in Gen.Elements(_words) from item in Gen.Elements(_items) select new RuleAction(RuleAction.Slot, name, item),
        from name in Gen.Elements(_words) select new RuleAction(RuleAction.Recommend, name),
        from name in Gen.Elements(_words) from value in Gen.Elements(_words) select new RuleAction(RuleAction.Attribute, name, Value: AttributeValue.Of(value)));

    private static readonly Gen<RuleContent> _content =
        from priority in Gen.Choose(0, 2)
        from condition in _condition
        from count in Gen.Choose(0, 2)
        from actions in Gen.ListOf(_action, count)
        from pages in Gen.Elements(_pages)
        from hours in Gen.Choose(-1, 3)
        from last in Gen.Choose(0, 9)
        select new RuleContent(priority, condition, [.. actions.DistinctBy(action => action.Target())], pages, hours < 0 ? _now.AddHours(1) : null, IsLast: last == 0);

    private static readonly Arbitrary<(ImmutableArray<RuleContent> Rules, string Page, string A, string B, bool IsIn, int Times)> _asked = (
        from rules in Gen.ListOf(_content, 12)
        from page in Gen.Elements("/a", "/b/c", "/c")
        from a in Gen.Elements(_words)
        from b in Gen.Elements(_words)
        from isIn in Gen.Elements(true, false)
        from times in Gen.Choose(0, 3)
        select (rules.ToImmutableArray(), page, a, b, isIn, times)).ToArbitrary();

    [Fact]
    public void Asking_each_thing_once_decides_as_asking_rule_by_rule() => Prop.ForAll(_asked, asked =>
    {
        var rules = RuleBook.Of(asked.Rules.Select((content, n) => new LiveRule(Guid.CreateVersion7(), _site, $"{n}", "Rule", content))).On([_site]);
        var context = new ConditionContext(AttributeValue.Of(new Dictionary<string, AttributeValue> { ["a"] = AttributeValue.Of(asked.A), ["b"] = AttributeValue.Of(asked.B) }))
        {
            Segments = asked.IsIn ? [_segment] : ImmutableHashSet<Guid>.Empty,
            Times = behaviour => asked.Times * behaviour.Days!.Value,
        };
        var before = RuleOutcome.None.With([new RuleAction(RuleAction.Slot, "b", _items[0])]);
        var expected = before;
        foreach (var rule in rules.InOrder.Where(rule => !(rule.Content.From > _now) && rule.Content.IsOn(asked.Page) && rule.Content.Condition.Holds(context)))
        {
            var next = expected.With(rule.Content.Actions);
            expected = ReferenceEquals(next, expected) ? next : next with { Rules = next.Rules.Add(rule.Id) };
            if (rule.Content.IsLast) break;
        }

        foreach (var outcome in new[] { rules.Decide(asked.Page, context, _now, _ => before), rules.Explain(asked.Page, context, _now, _ => before).Outcome })
        {
            outcome.Slots.ShouldBe(expected.Slots);
            outcome.Recommended.ShouldBe(expected.Recommended);
            outcome.Attributes.ShouldBe(expected.Attributes);
            outcome.Rules.ShouldBe(expected.Rules);
        }
    }).QuickCheckThrowOnFailure();
}
