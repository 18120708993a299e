using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Experiments;

public sealed class AllocatorTests
{
    private static readonly AllocationPlan _plan = new("headline", [AttributeValue.Of("a"), AttributeValue.Of("b")]) { HashVersion = HashVersion.Fnv2 };

    [Theory]
    [InlineData(HashVersion.Fnv1)]
    [InlineData(HashVersion.Fnv2)]
    public void Weights_are_kept_over_many_visitors(HashVersion version)
    {
        var plan = _plan with { Weights = [0.2, 0.8], HashVersion = version };
        var second = Enumerable.Range(0, 20_000).Count(n => Allocator.Run(plan, Visitor($"visitor-{n}")).Variant == 1);
        // Five standard deviations of a binomial of 20,000 and 0.8.
        second.ShouldBeInRange(16_000 - 283, 16_000 + 283);
    }

    [Fact]
    public void More_coverage_lets_more_in_and_moves_nobody()
    {
        foreach (var n in Enumerable.Range(0, 2_000))
            if (Allocator.Run(_plan with { Coverage = 0.3 }, Visitor($"v{n}")) is { IsIn: true } before)
                Allocator.Run(_plan with { Coverage = 0.9 }, Visitor($"v{n}")).ShouldSatisfyAllConditions(after => after.IsIn.ShouldBeTrue(), after => after.Variant.ShouldBe(before.Variant));
    }

    [Fact]
    public void One_experiment_says_nothing_of_another()
    {
        var both = Enumerable.Range(0, 20_000).Count(n => Allocator.Run(_plan, Visitor($"v{n}")).Variant == 1 && Allocator.Run(_plan with { Key = "price" }, Visitor($"v{n}")).Variant == 1);
        both.ShouldBeInRange(5_000 - 307, 5_000 + 307);
    }

    [Fact]
    public void A_visitor_keeps_a_variant_when_weights_change_unless_buckets_are_new()
    {
        var visitor = Visitor("v1") with { Sticky = ImmutableDictionary<string, StickyBuckets>.Empty };
        var first = Allocator.Run(_plan, visitor);
        var remembered = first.Remembered(visitor.Sticky).ShouldNotBeNull();
        var returning = visitor with { Sticky = visitor.Sticky.Add("id||v1", remembered) };
        var other = first.Variant == 0 ? ImmutableArray.Create(0.0, 1.0) : [1.0, 0.0];
        Allocator.Run(_plan with { Weights = other }, returning).ShouldSatisfyAllConditions(again => again.Variant.ShouldBe(first.Variant), again => again.Reason.ShouldBe(AllocationReason.Sticky));
        Allocator.Run(_plan with { Weights = other, BucketVersion = 1 }, returning).Variant.ShouldNotBe(first.Variant);
        Allocator.Run(_plan with { BucketVersion = 1, MinBucketVersion = 1 }, returning).Reason.ShouldBe(AllocationReason.BlockedVersion);
    }

    [Fact]
    public void Experiments_in_parts_of_a_namespace_that_dont_overlap_share_no_visitor()
    {
        var (left, right) = (_plan with { Namespace = new("page", 0, 0.5) }, _plan with { Key = "price", Namespace = new("page", 0.5, 1) });
        var counts = Enumerable.Range(0, 2_000).Select(n => (Allocator.Run(left, Visitor($"v{n}")).IsIn ? 1 : 0) + (Allocator.Run(right, Visitor($"v{n}")).IsIn ? 1 : 0));
        counts.ShouldAllBe(count => count == 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Without_an_id_there_is_no_variant(string? id) => Allocator.Run(_plan, Visitor(id)).ShouldSatisfyAllConditions(a => a.IsIn.ShouldBeFalse(), a => a.Reason.ShouldBe(AllocationReason.NoId));

    [Theory]
    [InlineData("ünï-çødé-ид-身份-🙂")]
    [InlineData("\ud83d")] // half a character
    public void Ids_may_be_of_any_characters(string id) => Allocator.Run(_plan, Visitor(id)).IsIn.ShouldBeTrue();

    [Fact]
    public void A_flag_that_needs_itself_has_no_value()
    {
        var flag = new FlagPlan(AttributeValue.Of(true), [new() { Prerequisites = [new("a", Condition.Always)], Value = AttributeValue.Of(true) }]);
        var flags = new Dictionary<string, FlagPlan> { ["a"] = flag with { Rules = [flag.Rules[0] with { Prerequisites = [new("b", Condition.Always)] }] }, ["b"] = flag };
        FlagEvaluator.Evaluate("a", Visitor("v") with { Flags = flags }).ShouldBe(new(AttributeValue.Null, FlagSource.CyclicPrerequisite));
    }

    [Fact]
    public void A_killed_flag_is_its_default_for_everybody()
    {
        var flag = new FlagPlan(AttributeValue.Of(false), [new() { Value = AttributeValue.Of(true) }]);
        Evaluate(flag).Value.ShouldBe(AttributeValue.Of(true));
        Evaluate(flag with { IsKilled = true }).ShouldBe(new(AttributeValue.Of(false), FlagSource.Killed));

        static FlagEvaluation Evaluate(FlagPlan flag) => FlagEvaluator.Evaluate("f", Visitor("v") with { Flags = new Dictionary<string, FlagPlan> { ["f"] = flag } });
    }

    [Fact]
    public void A_gradual_roll_out_keeps_those_it_has()
    {
        foreach (var n in Enumerable.Range(0, 1_000))
            if (IsOn(n, 0.2))
                IsOn(n, 0.6).ShouldBeTrue();
        Enumerable.Range(0, 10_000).Count(n => IsOn(n, 0.2)).ShouldBeInRange(1_800, 2_200);

        static bool IsOn(int n, double coverage) => FlagEvaluator.Evaluate("f", Visitor($"v{n}") with { Flags = new Dictionary<string, FlagPlan> { ["f"] = new(AttributeValue.Of(false), [new() { Value = AttributeValue.Of(true), Coverage = coverage, HashVersion = HashVersion.Fnv2 }]) } }).IsOn;
    }

    private static AllocationContext Visitor(string? id) => new(new(AttributeValue.Of([KeyValuePair.Create("id", AttributeValue.Of(id))])), ImmutableDictionary<string, FlagPlan>.Empty);
}
