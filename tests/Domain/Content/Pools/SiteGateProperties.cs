using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

/// <summary>What a gate says on random rules and items, held against rules said as plainly as can be.</summary>
public sealed class SiteGateProperties
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private sealed record Case(ImmutableArray<GateRule> Rules, PoolItem Item, int Seed);

    private static Gen<ImmutableArray<string>> Some(params string[] values) => Gen.SubListOf(values).Select(list => list.ToImmutableArray());

    // None of a kind in most conditions, as in life; an empty list is no condition.
    private static Gen<ImmutableArray<string>?> Perhaps(params string[] values) => Some(values).SelectMany(list => Gen.Choose(0, 2).Select(n => n > 0 || list.IsEmpty ? (ImmutableArray<string>?)null : list));

    private static Gen<DateTimeOffset?> Times { get; } = Gen.Choose(-2, 9).Select(day => day > 2 ? (DateTimeOffset?)null : Noon.AddDays(day));

    private static Gen<GateCondition> Conditions { get; } =
        from types in Perhaps("article", "page")
        from tags in Perhaps("news", "sport", "culture")
        from regions in Perhaps("AT", "AT-9", "DE")
        from locales in Perhaps("de", "en-GB", "fr")
        from @from in Times
        from until in Times
        select new GateCondition(types, tags, regions, locales, @from, until);

    private static Gen<GateRule> Rules { get; } =
        from effect in Gen.Elements(GateEffect.Include, GateEffect.Exclude)
        from priority in Gen.Choose(0, 3)
        from when in Conditions
        from @from in Times
        from until in Times
        select new GateRule("", effect, priority, when, @from, until);

    private static Gen<PoolItem> Items { get; } =
        from type in Gen.Elements("article", "page")
        from tags in Some("news", "sport", "culture")
        from regions in Some("AT", "AT-9", "AT-8", "DE")
        from locale in Gen.Elements("de-AT", "de", "en", "en-GB")
        from day in Gen.Choose(-3, 3)
        select new PoolItem(type, tags, regions, [locale], Noon.AddDays(day));

    private static Arbitrary<Case> Cases { get; } = (
        from rules in Rules.ListOf()
        from item in Items
        from seed in Gen.Choose(0, 1_000)
        select new Case([.. rules.Take(8).Select((rule, n) => rule with { Name = $"rule {n}" })], item, seed)).ToArbitrary();

    [Fact]
    public void The_order_of_rules_makes_no_difference() => Holds(test =>
    {
        var shuffled = test.Rules.ToArray();
        new Random(test.Seed).Shuffle(shuffled);
        var (one, other) = (SiteGate.Decide(test.Rules, test.Item, Noon), SiteGate.Decide(shuffled, test.Item, Noon));
        return one.Admitted == other.Admitted && one.By?.Rule == other.By?.Rule && one.PassedOver.Select(r => r.Rule).SequenceEqual(other.PassedOver.Select(r => r.Rule));
    });

    [Fact]
    public void The_quick_answer_is_the_explained_one() => Holds(test => SiteGate.Admits(test.Rules, Noon)(test.Item) == SiteGate.Decide(test.Rules, test.Item, Noon).Admitted);

    [Fact]
    public void It_is_what_the_rules_say() => Holds(test =>
    {
        var matching = test.Rules.Where(rule => (rule.From ?? Noon) <= Noon && (rule.Until is null || rule.Until > Noon) && Matches(rule.When, test.Item)).ToList();
        var highest = matching.Where(rule => rule.Priority == matching.Max(other => other.Priority)).ToList();
        return SiteGate.Decide(test.Rules, test.Item, Noon).Admitted == (highest.Count > 0 && highest.All(rule => rule.Effect == GateEffect.Include));
    });

    [Fact]
    public void A_rule_more_that_includes_shuts_nothing_out_and_one_that_excludes_lets_nothing_in() => Prop.ForAll(Cases, Rules.ToArbitrary(), (test, more) =>
    {
        var (before, after) = (SiteGate.Decide(test.Rules, test.Item, Noon).Admitted, SiteGate.Decide(test.Rules.Add(more), test.Item, Noon).Admitted);
        return more.Effect == GateEffect.Include ? !before || after : before || !after;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_rule_is_accounted_for_once() => Holds(test =>
    {
        var verdict = SiteGate.Decide(test.Rules, test.Item, Noon);
        var told = verdict.PassedOver.Select(reading => reading.Rule).Concat(verdict.By is { } by ? [by.Rule] : []);
        return told.Order(Comparer<GateRule>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))).SequenceEqual(test.Rules.OrderBy(rule => rule.Name, StringComparer.Ordinal))
            && verdict.PassedOver.All(reading => reading.Against is not null) && verdict.By?.Against is null;
    });

    private static void Holds(Func<Case, bool> property) => Prop.ForAll(Cases, property).QuickCheckThrowOnFailure();

    private static bool Matches(GateCondition when, PoolItem item) =>
        (when.Types?.Any(type => type == item.Type) ?? true)
        && (when.Tags?.Intersect(item.Tags).Any() ?? true)
        && (when.Regions?.Any(range => item.Regions.Any(region => $"{region}-".StartsWith($"{range}-", StringComparison.Ordinal))) ?? true)
        && (when.Locales?.Any(range => item.Locales.Any(locale => $"{locale}-".StartsWith($"{range}-", StringComparison.Ordinal))) ?? true)
        && !(when.PublishedFrom > item.PublishedAt) && !(when.PublishedUntil <= item.PublishedAt);
}
