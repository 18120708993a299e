using System.Collections.Immutable;
using System.Diagnostics;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Api.Bench;

/// <summary>What rules do for a visitor on a page, in process, beside the same conditions asked for nothing.</summary>
internal sealed class RuleBench(int rounds, CancellationToken cancel)
{
    private const int Sites = 10, RulesASite = 100, Decisions = 5_000, Acts = 200;

    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Topics = ["sport", "news", "arts", "travel", "money"];

    private readonly Guid[] _sites = [.. Enumerable.Range(0, Sites).Select(_ => Guid.CreateVersion7())];

    public Task RunAsync()
    {
        var rules = RuleBook.Of(_sites.Index().SelectMany(site => Enumerable.Range(0, RulesASite).Select(n => Rule(site.Index, n)))).On([.. _sites]);
        var acts = Enumerable.Range(0, Acts).Select(n => new VisitorAct(
            Guid.CreateVersion7(), _sites[0], Now.AddHours(-n), "page_view", $"/{Topics[n % 3]}/{n}", "mobile", Country: "AT", Props: Domain.Fields.Parse($$"""{"topic":"{{Topics[n % 3]}}"}"""))).ToImmutableArray();
        var attributes = new Dictionary<string, AttributeValue> { ["profile"] = VisitorProfile.Of(acts, Domain.Fields.Empty, ProfileSettings.Initial, Now).Attributes(), ["page"] = AttributeValue.Of("/"), ["country"] = AttributeValue.Of("AT") };
        var context = new ConditionContext(AttributeValue.Of(attributes)) { Times = behaviour => VisitorAct.Times(acts, behaviour, Now) };
        var (floor, median, slow, profile) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            BenchReport.Progress($"rules: round {round + 1} of {rounds}");
            floor.Add(Times(_ => Asked(rules, context))[Decisions / 2]);
            var times = Times(n => rules.Decide($"/page-{n}", context, Now).Rules.Length);
            median.Add(times[Decisions / 2]);
            slow.Add(times[Decisions * 99 / 100]);
            profile.Add(Times(_ => VisitorProfile.Of(acts, Domain.Fields.Empty, ProfileSettings.Initial, Now).Affinities.Length)[Decisions / 2]);
        }
        BenchReport.Table($"What {Sites * RulesASite:#,##0} rules of {Sites} inherited sites do for a visitor who did {Acts} things (median of {rounds} rounds of {Decisions:#,##0})",
            ["floor: their conditions asked, µs", "decided, median, µs", "decided, 99 %, µs", "the visitor's profile made, median, µs"],
            [[BenchReport.Number(Round.Middle(floor)), BenchReport.Number(Round.Middle(median)), BenchReport.Number(Round.Middle(slow)), BenchReport.Number(Round.Middle(profile))]]);
        return Task.CompletedTask;
    }

    // A quarter each: what the profile says, the request, what the visitor did, and a pattern in the page.
    private LiveRule Rule(int site, int n) =>
        new(Guid.CreateVersion7(), _sites[site], $"rule-{site}-{n}", "Rule", new(n % 10, ConditionOf(n), [new RuleAction(RuleAction.Slot, $"slot-{n % 20}", Guid.CreateVersion7())], []));

    internal static Condition ConditionOf(int n) =>
        (n % 4) switch
        {
            0 => new AllOf([new AttributeIs(new("profile.top.topic"), [new EqualTest(AttributeValue.Of(Topics[n % 5]))]), new AttributeIs(new("profile.visits"), [new OrderTest(Order.AtLeast, AttributeValue.Of(n % 7))])]),
            1 => new AnyOf([new AttributeIs(new("country"), [new EqualTest(AttributeValue.Of(n % 8 == 1 ? "AT" : "DE"))]), new AttributeIs(new("profile.device"), [new EqualTest(AttributeValue.Of("tv"))])]),
            2 => new Behaved(new BehaviourCondition("page_view", AtLeast: n, Days: 7)),
            _ => ConditionReader.Read(System.Text.Json.JsonElement.Parse($$"""{"attribute":"page","matches":"^/page-[0-9]*{{n}}$"}"""), "condition").Condition,
        };

    private static int Asked(SiteRules rules, ConditionContext context)
    {
        var held = 0;
        foreach (var rule in rules.InOrder)
            if (rule.Content.Condition.Holds(context)) held++;
        return held;
    }

    /// <summary>Microseconds each, in order.</summary>
    private static double[] Times(Func<int, int> work)
    {
        var (times, sum) = (new double[Decisions], 0L);
        for (var n = 0; n < Decisions; n++)
        {
            var began = Stopwatch.GetTimestamp();
            sum += work(n);
            times[n] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }
        // What nobody looks at isn't worked out.
        GC.KeepAlive(sum);
        Array.Sort(times);
        return times;
    }
}
