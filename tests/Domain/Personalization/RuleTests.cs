using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RuleTests
{
    private static readonly Guid _id = new("0198c5a0-0000-7000-8000-000000000001"), _other = new("0198c5a0-0000-7000-8000-000000000002"), _top = new("0198c5a0-0000-7000-8000-00000000000a"),
        _below = new("0198c5a0-0000-7000-8000-00000000000b"), _beside = new("0198c5a0-0000-7000-8000-00000000000c"), _item = new("0198c5a0-0000-7000-8000-0000000000f1"), _variant = new("0198c5a0-0000-7000-8000-0000000000f2");
    private static readonly DateTimeOffset _now = new(2030, 6, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly ConditionContext _anybody = new(AttributeValue.Null);
    private static readonly RuleContent _hero = Content(new RuleAction("slot", "hero", _item));

    private static RuleContent Content(params ImmutableArray<RuleAction> actions) => new(0, Condition.Always, actions, []);

    private static RuleContent Sends(string from, string to) => Content(new RuleAction("redirect", To: to)) with { Pages = [from] };

    private static Rule After(params object[] events) => events.Aggregate(Rule.Initial, (rule, e) => rule.Evolve(e, rule.Version + 1));

    private static RuleList List(params object[] events) => events.Aggregate(RuleList.Initial, (list, e) => list.Evolve(e, list.Version + 1));

    private static Rule Defined(RuleContent? content = null) => After(new RuleDefined(_id, _below, "hero", "Hero", content ?? _hero, "ann"));

    private static JointDecision Define(RuleContent content, RuleList? list = null, string key = "hero", ImmutableArray<Guid>? path = null) =>
        DefineRule.Decide(new(_id, _below, key, " Hero ", content, new(), "ann"), Rule.Initial, list ?? RuleList.Initial, path ?? [_below, _top]);

    private static JointDecision Publish(Rule rule, RuleList? list = null, bool fourEyes = false) =>
        PublishRule.Decide(new(_id, "ann"), rule, list ?? RuleList.Initial, RulePolicy.Initial with { FourEyes = fourEyes }, [_below, _top]);

    private static JointDecision Approve(Rule rule, string? by) => ApproveRule.Decide(new(_id, by), rule, RuleList.Initial, [_below, _top]);

    private static IEnumerable<object> Events(JointDecision decision) => decision.Streams.SelectMany(stream => stream.Events);

    [Fact]
    public void A_rule_is_written_and_listed_and_not_live() =>
        Events(Define(_hero)).ShouldBe([new RuleDefined(_id, _below, "hero", "Hero", _hero, "ann"), new RuleListed(_id, _below, "hero", false)]);

    [Fact]
    public void A_key_is_free_beside_overrides_above_and_gives_way_to_locks()
    {
        Define(_hero, List(new RuleListed(_other, _beside, "hero", true))).Accepted.ShouldBeTrue();
        Define(_hero, List(new RuleListed(_other, _top, "hero", false))).Accepted.ShouldBeTrue();
        Define(_hero, List(new RuleListed(_other, _below, "hero", false))).Rejection!.Errors.Keys.ShouldBe(["key"]);
        Define(_hero, List(new RuleListed(_other, _top, "hero", true))).Rejection!.Errors.Keys.ShouldBe(["key"]);
        Publish(Defined(), List(new RuleListed(_id, _below, "hero", false), new RuleListed(_other, _top, "hero", true))).Rejection!.Errors.Keys.ShouldBe(["key"], "it was locked meanwhile");
        Define(_hero, path: []).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void Actions_are_checked_by_their_kind()
    {
        Refused(Content(new RuleAction("slot"), new RuleAction("slot", "hero", _item, Of: _item), new RuleAction("variant", ItemId: _item, Of: _item), new RuleAction("dance"), new RuleAction("redirect", To: "//evil.example"), new RuleAction("attribute", "a b", Value: AttributeValue.Of(1))))
            .ShouldBe(["actions[0].itemId", "actions[0].name", "actions[1].of", "actions[2].of", "actions[3].kind", "actions[4].to", "actions[5].name"]);
        foreach (var to in new[] { "https://evil.example/", "/\\evil.example", "news", "/a b", "/a?b", "/a#b", "/a\nb", "/*", "" })
            Refused(Content(new RuleAction("redirect", To: to))).ShouldBe(["actions[0].to"], to);
        Refused(Content(new RuleAction("slot", "hero", _item), new RuleAction("slot", "hero", _variant))).ShouldBe(["actions[1]"]);
        Refused(Content(new RuleAction("slot", "hero", _item), new RuleAction("recommend", "hero"))).ShouldBe(["actions[1]"], "the slot is filled");
        Refused(Content(new RuleAction("recommend"), new RuleAction("recommend", "more", _item, Count: 21, Model: "magic"), new RuleAction("slot", "hero", _item, Count: 2, Model: "als")))
            .ShouldBe(["actions[0].name", "actions[1].count", "actions[1].itemId", "actions[1].model", "actions[2].count", "actions[2].model"]);
        Refused(_hero with { Pages = ["news", "/a*b", "/news/*"], Priority = 1_001, From = _now, Until = _now }).ShouldBe(["pages[0]", "pages[1]", "priority", "until"]);
        Refused(Content(new RuleAction("attribute", "a", Value: AttributeValue.Of(new string('x', 4_096))))).ShouldBe(["actions[0].value"]);
        Define(_hero, key: "a b").Rejection!.Errors.Keys.ShouldBe(["key"]);

        static IEnumerable<string> Refused(RuleContent content) => Define(content).Rejection!.Errors.Keys;
    }

    [Fact]
    public void What_is_published_counts_and_what_is_written_later_doesnt_yet()
    {
        var live = Defined().Evolve(new RulePublished(_id, "Hero", _hero), 2);
        Events(Publish(Defined())).ShouldBe([new RulePublished(_id, "Hero", _hero), new RuleListed(_id, _below, "hero", false)]);
        Publish(live).Streams.ShouldBeEmpty();
        var changed = live.Evolve(new RuleChanged(_id, "Hero", _hero with { Priority = 1 }), 3);
        (changed.Live, changed.IsPublished).ShouldBe((_hero, false));
        ChangeRule.Decide(new(_id, "Hero", _hero with { Priority = 1 }, new(), "ann"), changed).Events.ShouldBeEmpty();
        Events(WithdrawRule.Decide(new(_id), changed)).ShouldBe([new RuleWithdrawn(_id), new RuleListed(_id, _below, "hero", false)]);
        WithdrawRule.Decide(new(_id), Defined()).Streams.ShouldBeEmpty();
        Events(ArchiveRule.Decide(new(_id), live)).ShouldBe([new RuleArchived(_id), new RuleUnlisted(_id)]);
        Publish(live.Evolve(new RuleArchived(_id), 4)).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void With_four_eyes_somebody_else_than_who_wrote_or_proposed_it_agrees()
    {
        Events(Publish(Defined(), fourEyes: true)).ShouldBe([new RuleProposed(_id, "ann")]);
        var proposed = Defined().Evolve(new RuleProposed(_id, "bob"), 2);
        Approve(proposed, "ann").Rejection!.Kind.ShouldBe(RejectionKind.Forbidden, "wrote it");
        Approve(proposed, "bob").Rejection!.Kind.ShouldBe(RejectionKind.Forbidden, "proposed it");
        Approve(proposed, null).Rejection!.Kind.ShouldBe(RejectionKind.Forbidden);
        Events(Approve(proposed, "eve")).First().ShouldBe(new RulePublished(_id, "Hero", _hero));
        Approve(proposed.Evolve(new RuleChanged(_id, "Hero", _hero with { Priority = 9 }, "bob"), 3), "eve").Rejection!.Kind.ShouldBe(RejectionKind.Conflict, "what was proposed isn't what is written by now");
        RefuseRule.Decide(new(_id, " Too loud. "), proposed).Events.ShouldBe([new RuleRefused(_id, "Too loud.")]);
        RefuseRule.Decide(new(_id, ""), proposed).Rejection!.Errors.Keys.ShouldBe(["reason"]);
        Approve(proposed.Evolve(new RuleRefused(_id, "No."), 3), "eve").Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
    }

    [Fact]
    public void Nobody_is_sent_in_a_circle()
    {
        Publish(Defined(Sends("/a", "/a"))).Rejection!.Errors.Keys.ShouldBe(["actions"]);
        Publish(Defined(Sends("/news/*", "/news/today"))).Rejection!.Errors.Keys.ShouldBe(["actions"]);
        var back = new RuleListed(_other, _top, "back", false, "/a", ["/b*"]);
        Publish(Defined(Sends("/a", "/b/c")), List(back)).Rejection!.Detail.ShouldContain("/a, where it counts itself");
        Publish(Defined(Sends("/a", "/c")), List(back)).Accepted.ShouldBeTrue();
        Publish(Defined(Sends("/a", "/b")), List(back with { SiteId = _beside })).Accepted.ShouldBeTrue("another site's rule doesn't count there");
    }

    [Fact]
    public void Redirects_lead_where_others_would_lead_from_there_and_circles_nowhere()
    {
        var rules = Of(Live("a", Sends("/a", "/b")), Live("b", Sends("/b", "/c")));
        (rules.Decide("/a", _anybody, _now).Redirect, rules.Decide("/b", _anybody, _now).Redirect, rules.Decide("/c", _anybody, _now).Redirect).ShouldBe(("/c", "/c", null));
        Of(Live("a", Sends("/a", "/b")), Live("b", Sends("/b", "/a"), _top)).Decide("/a", _anybody, _now).Redirect.ShouldBeNull();
        Of([.. Enumerable.Range(0, 9).Select(n => Live($"r{n}", Sends($"/{n}", $"/{n + 1}")))]).Decide("/0", _anybody, _now).Redirect.ShouldBeNull("too far is taken for a circle");
    }

    [Fact]
    public void What_was_done_before_rules_counts_in_their_stead()
    {
        var tried = RuleOutcome.None.With([new("recommend", "hero", Count: 3)]);
        var rules = Of(Live("a", Content(new RuleAction("slot", "hero", _item), new RuleAction("slot", "foot", _variant))), Live("b", Sends("/b", "/a")));
        var outcome = rules.Decide("/", _anybody, _now, _ => tried);
        outcome.Recommended["hero"].ShouldBe(new RecommendedSlot(3, "hybrid"));
        outcome.Slots.ShouldBe([new("foot", _variant)]);
        rules.Explain("/", _anybody, _now, _ => tried).Traces.Single(trace => trace.Key == "a").Actions.ShouldBe([1]);
        rules.Decide("/a", _anybody, _now, page => page == "/a" ? RuleOutcome.None.With([new("redirect", To: "/b")]) : RuleOutcome.None).Redirect.ShouldBeNull("a circle of an experiment and a rule");
    }

    [Fact]
    public void The_higher_priority_counts_then_the_nearer_site_then_the_key()
    {
        Slot(Live("a", _hero), Live("b", Content(new RuleAction("slot", "hero", _variant)) with { Priority = 1 }, _top)).ShouldBe(_variant);
        Slot(Live("b", _hero), Live("a", Content(new RuleAction("slot", "hero", _variant)), _top)).ShouldBe(_item, "the nearer site");
        Slot(Live("b", _hero), Live("a", Content(new RuleAction("slot", "hero", _variant)))).ShouldBe(_variant, "by key");

        static Guid Slot(params LiveRule[] rules) => Of(rules).Decide("/", _anybody, _now).Slots["hero"];
    }

    [Fact]
    public void A_site_below_overrides_by_key_what_isnt_locked_and_keeps_it_from_counting_with_no_action()
    {
        var (above, own) = (Live("hero", _hero, _top), Live("hero", Content()));
        Of(above, own).Decide("/", _anybody, _now).Slots.ShouldBeEmpty();
        Of(above, own).Overridden.ShouldBe([(above, own.Id)]);
        var locked = above with { Content = _hero with { IsLocked = true } };
        Of(locked, own).Decide("/", _anybody, _now).Slots["hero"].ShouldBe(_item);
        Of(locked, own).Overridden.ShouldBe([(own, locked.Id)]);
        Of(above with { SiteId = _beside }).InOrder.ShouldBeEmpty();
    }

    [Fact]
    public void Pages_times_and_conditions_say_where_it_counts_and_the_last_one_ends_it()
    {
        var rules = Of(
            Live("later", _hero with { From = _now.AddSeconds(1), Priority = 9 }), Live("over", _hero with { Until = _now, Priority = 8 }), Live("elsewhere", _hero with { Pages = ["/shop/*"], Priority = 7 }),
            Live("nobody", _hero with { Condition = Condition.Never, Priority = 6 }), Live("last", Content(new RuleAction("attribute", "tone", Value: AttributeValue.Of("warm"))) with { IsLast = true, Priority = 5 }), Live("after", _hero));
        var (outcome, traces) = rules.Explain("/", _anybody, _now);
        (outcome.Slots.Count, outcome.Attributes["tone"].Text).ShouldBe((0, "warm"));
        traces.Select(trace => (trace.Key, trace.Status)).ShouldBe([("later", "other-time"), ("over", "other-time"), ("elsewhere", "other-page"), ("nobody", "does-not-hold"), ("last", "holds"), ("after", "passed-over")]);
        traces[^1].By.ShouldBe(traces[^2].RuleId);
        rules.Decide("/shop/1", _anybody, _now).Slots["hero"].ShouldBe(_item);
    }

    [Fact]
    public void Of_what_two_rules_do_to_the_same_thing_the_first_counts_and_the_trace_says_so()
    {
        var (first, second) = (Live("a", Content(new RuleAction("variant", ItemId: _variant, Of: _item))), Live("b", Content(new RuleAction("variant", ItemId: _top, Of: _item), new RuleAction("slot", "x", _item))));
        var (outcome, traces) = Of(first, second).Explain("/", _anybody, _now);
        outcome.Variants.ShouldBe(new Dictionary<Guid, Guid> { [_item] = _variant }, ignoreOrder: true);
        traces.Select(trace => trace.Actions.ToArray()).ShouldBe([[0], [1]]);
        outcome.Rules.ShouldBe([first.Id, second.Id]);
    }

    private static LiveRule Live(string key, RuleContent content, Guid? site = null) => new(Guid.CreateVersion7(), site ?? _below, key, key, content);

    private static SiteRules Of(params LiveRule[] rules) => RuleBook.Of(rules).On([_below, _top]);
}
