using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Experiments;

public sealed class FlagTests
{
    private static readonly Guid _id = new("0198c0de-0000-7000-8000-000000000001"), _other = new("0198c0de-0000-7000-8000-000000000002");
    private static readonly FlagContent _content = new("boolean", AttributeValue.Of(false), [new("all", Condition.Always, AttributeValue.Of(true), Percent: 10)]);
    private static readonly DateTimeOffset _now = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_flag_is_defined_and_listed()
    {
        var events = Define(_content).Streams.SelectMany(stream => stream.Events).ToArray();
        events[0].ShouldBe(new FlagDefined(_id, "new", "New", _content));
        events[1].ShouldBeOfType<FlagListed>().ShouldSatisfyAllConditions(listed => listed.Key.ShouldBe("new"), listed => listed.Needs.ShouldBeEmpty());
    }

    [Fact]
    public void Two_flags_have_no_key_in_common_until_one_is_put_away()
    {
        Define(_content, new FlagListed(_other, "new", [])).Rejection!.Errors.Keys.ShouldBe(["key"]);
        Define(_content, new FlagListed(_other, "new", []), new FlagUnlisted(_other)).Accepted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 0, "sum to 0")]
    [InlineData(0.5, 0.6, "sum to 1.1")]
    public void Weights_sum_to_1(double first, double second, string problem) =>
        Define(_content with { Rules = [new("ab", Condition.Always, Variants: [new("a", AttributeValue.Of(false), first), new("b", AttributeValue.Of(true), second)])] })
            .Rejection!.Errors["rules[0].variants"].Single().ShouldContain(problem);

    [Fact]
    public void A_weight_that_is_no_number_is_refused() =>
        Define(_content with { Rules = [new("ab", Condition.Always, Variants: [new("a", AttributeValue.Of(false), double.NaN), new("b", AttributeValue.Of(true), 1)])] })
            .Rejection!.Errors.Keys.ShouldBe(["rules[0].variants", "rules[0].variants[0].weight"], ignoreOrder: true);

    [Fact]
    public void What_is_wrong_is_said_of_each_field()
    {
        var content = new FlagContent("number", AttributeValue.Of("x"), [
            new("a b", Condition.Always, AttributeValue.Of(1), Percent: 101, From: _now, Until: _now), new("c", Condition.Always), new("c", Condition.Always, AttributeValue.Of(true), Variants: [new("v", AttributeValue.Of(1), 1)])]);
        DefineFlag.Decide(new(_id, "a b", " ", content, new FieldErrors().Add("rules[0].condition", "Wrong.")), Flag.Initial, FlagList.Initial).Rejection!.Errors.Keys.ShouldBe(
            ["default", "key", "name", "rules[0].condition", "rules[0].name", "rules[0].percent", "rules[0].until", "rules[1].value", "rules[2].name", "rules[2].value", "rules[2].variants"], ignoreOrder: true);
    }

    [Fact]
    public void No_flag_decides_itself_by_way_of_others()
    {
        var needing = _content with { Rules = [_content.Rules[0] with { Needs = [new("b", AttributeValue.Of(true))] }] };
        Define(needing).Rejection!.Errors["rules[0].needs[0].flag"].Single().ShouldBe("There is no flag b.");
        Define(needing, new FlagListed(_other, "b", [])).Accepted.ShouldBeTrue();
        Define(needing, new FlagListed(_other, "b", ["c"]), new FlagListed(new Guid(3, 0, 0, new byte[8]), "c", ["new"])).Rejection!.Errors["rules[0].needs[0].flag"].Single().ShouldStartWith("b needs new itself");
        Define(_content with { Rules = [_content.Rules[0] with { Needs = [new("new", AttributeValue.Of(true))] }] }).Rejection!.Errors.Keys.ShouldBe(["rules[0].needs[0].flag"]);
    }

    [Fact]
    public void Key_and_kind_stay_and_the_same_again_is_nothing()
    {
        var flag = Defined();
        ChangeFlag.Decide(new(_id, "other", "New", _content with { Kind = "text" }, new()), flag, FlagList.Initial).Rejection!.Errors.Keys.ShouldContain("key");
        ChangeFlag.Decide(new(_id, null, "New", _content, new()), flag, FlagList.Initial).ShouldBe(JointDecision.Nothing);
        ChangeFlag.Decide(new(_id, "new", "Newer", _content, new()), flag, FlagList.Initial).Streams.SelectMany(stream => stream.Events).ShouldBe([new FlagChanged(_id, "Newer", _content)]);
    }

    [Fact]
    public void A_flag_that_another_needs_isnt_put_away() =>
        ArchiveFlag.Decide(new(_id), Defined(), List(new FlagListed(_id, "new", []), new FlagListed(_other, "b", ["new"]))).Rejection!.Detail.ShouldBe("The flag b needs it.");

    [Fact]
    public void A_flag_is_killed_once_with_a_reason_and_revived()
    {
        KillFlag.Decide(new(_id, " "), Defined()).Rejection!.Errors.Keys.ShouldBe(["reason"]);
        KillFlag.Decide(new(_id, "Payments fail."), Defined()).Events.ShouldBe([new FlagKilled(_id, "Payments fail.")]);
        var killed = Defined().Evolve(new FlagKilled(_id, "x"), 2);
        KillFlag.Decide(new(_id, "again"), killed).Events.ShouldBeEmpty();
        ReviveFlag.Decide(new(_id), killed).Events.ShouldBe([new FlagRevived(_id)]);
        ReviveFlag.Decide(new(_id), Defined()).Events.ShouldBeEmpty();
        KillFlag.Decide(new(_id, "x"), Flag.Initial).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void A_flag_is_stale_when_everybody_gets_the_same()
    {
        Why(_content).ShouldBeNull();
        Why(_content with { Rules = [] }).ShouldNotBeNull();
        Why(_content with { Rules = [_content.Rules[0] with { Percent = 100 }] }).ShouldBe("Everybody gets what its rule all gives.");
        Why(_content with { Rules = [_content.Rules[0] with { Until = _now }] }).ShouldBe("All its rules are over: everybody gets the default.");
        Why(_content with { Rules = [_content.Rules[0] with { Percent = null, From = _now.AddDays(1) }] }).ShouldBeNull();
        Why(_content with { Rules = [_content.Rules[0] with { Value = AttributeValue.Of(false) }] }).ShouldBe("All its rules give the default.");
        StaleFlag.WhyOf(_content, isKilled: true, _now).ShouldNotBeNull();

        static string? Why(FlagContent content) => StaleFlag.WhyOf(content, isKilled: false, _now);
    }

    [Fact]
    public void A_flag_that_is_too_large_for_every_nodes_memory_is_refused()
    {
        var rule = _content.Rules[0] with { Condition = new AttributeIs(new("a"), [new OneOfTest([.. Enumerable.Range(0, 1_000).Select(n => AttributeValue.Of($"{n:d60}"))])]) };
        Define(_content with { Rules = [rule] }).Accepted.ShouldBeTrue();
        Define(_content with { Rules = [rule, rule with { Name = "more" }] }).Rejection!.Errors["rules"].Single().ShouldContain("65536 bytes");
    }

    [Fact]
    public void All_of_them_are_let_in_at_100_percent_with_an_id_or_without()
    {
        foreach (var (percent, isOn) in new (double?, bool)[] { (null, true), (100, true), (99, false) })
            FlagEvaluator.Evaluate("new", new(new(AttributeValue.Null), new Dictionary<string, FlagPlan> { ["new"] = (_content with { Rules = [_content.Rules[0] with { Percent = percent }] }).Plan("new", false) })).IsOn.ShouldBe(isOn, $"{percent}");
    }

    [Fact]
    public void A_rule_counts_in_its_time()
    {
        var plan = (_content with { Rules = [_content.Rules[0] with { Percent = null, From = _now, Until = _now.AddHours(1) }] }).Plan("new", false);
        foreach (var (at, isOn) in new[] { (_now.AddTicks(-1), false), (_now, true), (_now.AddHours(1), false) })
            FlagEvaluator.Evaluate("new", new(new(AttributeValue.Null), new Dictionary<string, FlagPlan> { ["new"] = plan }) { At = at }).IsOn.ShouldBe(isOn);
    }

    private static JointDecision Define(FlagContent content, params object[] listed) => DefineFlag.Decide(new(_id, "new", " New ", content, new()), Flag.Initial, List(listed));

    private static Flag Defined() => Flag.Initial.Evolve(new FlagDefined(_id, "new", "New", _content), 1);

    private static FlagList List(params object[] events) => events.Aggregate(FlagList.Initial, (list, e) => list.Evolve(e, 1));
}
