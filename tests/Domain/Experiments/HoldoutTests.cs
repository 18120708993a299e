using System.Collections.Immutable;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;
using static Platform.Domain.Tests.Experiments.ExperimentExamples;

namespace Platform.Domain.Tests.Experiments;

public sealed class HoldoutTests
{
    private static readonly HoldoutSet _set = new("2030-q3", 0.2, Noon);

    [Fact]
    public void It_is_set_and_said_again_it_is_nothing_new()
    {
        SetHoldout.Decide(new("2030-q3", 0.2, Noon), Holdout.Initial).Events.ShouldBe([_set]);
        SetHoldout.Decide(new("2030-q3", 0.2, Noon.AddDays(1)), After(_set)).Events.ShouldBeEmpty();
        SetHoldout.Decide(new("2030-q3", 0, Noon.AddDays(1)), After(_set)).Events.ShouldBe([_set with { Share = 0, From = Noon.AddDays(1) }]);
        SetHoldout.Decide(new("a b", 0.6, Noon), Holdout.Initial).Rejection!.Errors.Keys.ShouldBe(["name", "share"]);
        SetHoldout.Decide(new(null, double.NaN, Noon), Holdout.Initial).Rejection!.Errors.Keys.ShouldBe(["name", "share"]);
        SetHoldout.Decide(new("a", null, Noon), Holdout.Initial).Rejection!.Errors.Keys.ShouldBe(["share"]);
    }

    [Fact]
    public void Who_is_held_out_gets_nothing_of_any_experiment_and_the_others_what_they_would_anyhow()
    {
        var (holdout, plans, held) = (After(_set), new[] { Plan("a"), Plan("b") }, 0);
        for (var n = 0; n < 2_000; n++)
        {
            var given = plans.Select(plan => plan.Give(Asking($"v{n}"), null, null, holdout)).ToList();
            if (given.All(variant => variant is null)) held++;
            else given.ShouldBe(plans.Select(plan => plan.Give(Asking($"v{n}"), null)), "nobody is held out of one alone");
        }
        held.ShouldBeInRange(300, 500);
    }

    [Fact]
    public void Nothing_is_rolled_out_to_them_until_it_ends_and_testers_get_theirs()
    {
        var held = Enumerable.Range(0, 100).Select(n => $"v{n}").First(id => After(_set).Holds(id, null));
        var winner = new ExperimentPlan("a", Small, ExperimentStatus.Stopped, [], "new", Noon.AddDays(1));
        winner.Give(Asking(held), null, null, After(_set)).ShouldBeNull();
        winner.Give(Asking(held), null, null, After(_set, _set with { Share = 0, From = Noon.AddDays(9) }))!.Reason.ShouldBe(GivenVariant.RolledOut);
        winner.Give(Asking(null), null, null, After(_set))!.Reason.ShouldBe(GivenVariant.RolledOut, "who isn't known isn't held out");
        new ExperimentPlan("a", Small, ExperimentStatus.Running, [new(held, "old")], null, Noon.AddDays(1)).Give(Asking(held), null, null, After(_set))!.Reason.ShouldBe(GivenVariant.Override);
    }

    [Fact]
    public void An_experiment_under_way_goes_by_what_was_said_before_it_started()
    {
        var held = Enumerable.Range(0, 100).Select(n => $"v{n}").First(id => After(_set).Holds(id, null));
        var (before, after) = (Plan("a", Noon.AddDays(-1)), Plan("a", Noon));
        before.Give(Asking(held), null, null, After(_set)).ShouldNotBeNull("it ran already");
        after.Give(Asking(held), null, null, After(_set)).ShouldBeNull();
        after.Give(Asking(held), null, null, After(_set, _set with { Share = 0, From = Noon.AddDays(1) })).ShouldBeNull("it ran already");
    }

    [Fact]
    public void Of_a_hundred_and_one_the_first_is_forgotten() =>
        Enumerable.Range(0, 101).Aggregate(Holdout.Initial, (holdout, n) => holdout.Evolve(_set with { From = Noon.AddDays(n) }, n + 1)).Periods[0].From.ShouldBe(Noon.AddDays(1));

    private static Holdout After(params HoldoutSet[] sets) => sets.Aggregate(Holdout.Initial, (holdout, set) => holdout.Evolve(set, holdout.Version + 1));

    private static ExperimentPlan Plan(string key, DateTimeOffset? startedAt = null) => new(key, Small, ExperimentStatus.Running, [], null, startedAt ?? Noon.AddDays(1));

    private static AllocationContext Asking(string? id) => new(
        new(AttributeValue.Of(id is null ? [] : [KeyValuePair.Create("id", AttributeValue.Of(id))])), ImmutableDictionary<string, FlagPlan>.Empty);
}
