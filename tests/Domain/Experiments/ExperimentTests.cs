using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;
using static Platform.Domain.Tests.Experiments.ExperimentExamples;

namespace Platform.Domain.Tests.Experiments;

public sealed class ExperimentTests
{
    private static readonly ExperimentDeclared _declared = new(Id, "form", "Form", Small);
    private static readonly ExperimentStarted _started = new(Id, Noon);
    private static readonly ExperimentSpace _space = new("checkout", 0, 0.5);

    [Fact]
    public void An_experiment_is_declared_and_listed() =>
        Declare(Small).ThenStreams(new StreamEvents(Id, _declared), new StreamEvents(ExperimentList.Id, new ExperimentListed(Id, "form")));

    [Fact]
    public void One_with_everything_is_taken() => Declare(Full).Then(new ExperimentDeclared(Id, "form", "Form", Full), new ExperimentListed(Id, "form"));

    [Fact]
    public void A_variant_may_be_nothing_at_all()
    {
        var declared = Declared(Small with { Variants = [Small.Variants[0] with { Value = AttributeValue.Null }, Small.Variants[1]] });
        var json = EventCatalog.Of(declared).Json;
        JsonSerializer.Deserialize(JsonSerializer.Serialize(declared, json), json).ShouldBe(declared);
        Declare(declared.Content).Then(declared, new ExperimentListed(Id, "form"));
        Running(declared.Content).Give(Asking("v1"), null).ShouldNotBeNull();
    }

    [Fact]
    public void Two_experiments_have_no_key_in_common_until_one_is_put_away()
    {
        Declare(Small, new ExperimentListed(Other, "form")).ThenTaken("key", $"Experiment {Other} has that key.");
        Declare(Small, new ExperimentListed(Other, "form"), new ExperimentUnlisted(Other)).Then(_declared, new ExperimentListed(Id, "form"));
    }

    [Fact]
    public void One_without_a_control_is_refused()
    {
        Declare(Small with { Control = "" }).ThenInvalid(("control", "Must be there: an experiment without a control compares with nothing."));
        Declare(Small with { Control = "none" }).ThenInvalid(("control", "Must be the key of a variant."));
    }

    [Theory]
    [InlineData(0.5, 0.6, "1.1")]
    [InlineData(0.5, 0.499, "0.999")]
    [InlineData(0.25, 0.75000190734863281, "1.0000019073486328")]
    public void Weights_sum_to_1(double first, double second, string sum) =>
        Declare(With(first, second)).ThenInvalid(("variants", $"Must have weights that sum to 1; they sum to {sum}."));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(-0.5, 1.5)]
    public void Weights_are_parts_of_1(double first, double second) =>
        DeclareExperiment.Decide(new(Id, "form", "Form", With(first, second), new()), Experiment.Initial, ExperimentList.Initial, []).Rejection!.Errors.Keys.ShouldContain("variants[0].weight");

    [Fact]
    public void What_is_wrong_is_said_of_each_field()
    {
        var content = Small with
        {
            Variants = [new("a b", "", 1, AttributeValue.Of(new string('x', 10_001)))],
            Coverage = 0,
            HashVersion = 3,
            SiteIds = [Other],
            Namespace = new("s", 0.5, 0.5),
            Metric = new("__proto__", "median", "Signed Up", 91, "x", (MetricGoal)(-1), 0.1),
            Guardrails = [new("g", ExperimentMetric.Sum, Exposure.EventName), new("g", ExperimentMetric.Count, "failed", Margin: 0.1)],
            Decision = new(99, 366, -1, 0.6, "bayes", 0, 1, "tell"),
        };
        DeclareExperiment.Decide(new(Id, "-form", " ", content, new FieldErrors().Add("condition", "Wrong.")), Experiment.Initial, ExperimentList.Initial, [0]).Rejection!.Errors.Keys.ShouldBe(
            [
                "condition", "control", "coverage", "decision.action", "decision.alpha", "decision.maximumDays", "decision.method", "decision.minimumDays", "decision.minimumEffect", "decision.minimumUnits",
                "decision.tuningSize", "guardrails[0].event", "guardrails[0].margin", "guardrails[0].property", "guardrails[1].name", "hashVersion", "key", "metric.days", "metric.event", "metric.goal", "metric.kind",
                "metric.margin", "metric.name", "metric.property", "name", "namespace.range", "siteIds[0]", "variants", "variants[0].key", "variants[0].name", "variants[0].value", "variants[0].weight",
            ], ignoreOrder: true);
    }

    [Fact]
    public void What_a_metric_may_have_goes_by_its_kind()
    {
        Faults(new("m", ExperimentMetric.Ratio, "click", Per: "page_view", DaysBefore: 90, Quantile: 0.99)).ShouldBeEmpty();
        Faults(new("m", ExperimentMetric.Ratio, "click", Property: "price", Per: "page_view")).ShouldBeEmpty();
        Faults(new("m", ExperimentMetric.Conversion, "click", DaysBefore: 1)).ShouldBeEmpty();
        Faults(new("m", ExperimentMetric.Ratio, "click", Property: "a b")).ShouldBe(["metric.per", "metric.property"], ignoreOrder: true);
        Faults(new("m", ExperimentMetric.Ratio, "click", Per: Exposure.EventName)).ShouldBe(["metric.per"]);
        Faults(new("m", ExperimentMetric.Count, "click", Per: "page_view", DaysBefore: 0, Quantile: 1)).ShouldBe(["metric.daysBefore", "metric.per", "metric.quantile"], ignoreOrder: true);
        Faults(new("m", ExperimentMetric.Conversion, "click", DaysBefore: 91, Quantile: 0.9)).ShouldBe(["metric.daysBefore", "metric.quantile"], ignoreOrder: true);
        Faults(new("m", ExperimentMetric.Count, "click", Quantile: double.NaN)).ShouldBe(["metric.quantile"]);

        static IEnumerable<string> Faults(ExperimentMetric metric) =>
            DeclareExperiment.Decide(new(Id, "form", "Form", Small with { Metric = metric }, new()), Experiment.Initial, ExperimentList.Initial, []).Rejection?.Errors.Keys ?? [];
    }

    [Fact]
    public void A_draft_can_change_and_what_has_started_cant()
    {
        var change = new ChangeExperiment(Id, null, "Form", With(0.4, 0.6), new());
        Spec.Given<Experiment>(_declared).When(e => ChangeExperiment.Decide(change, e, [])).Then(new ExperimentChanged(Id, "Form", With(0.4, 0.6)));
        Spec.Given<Experiment>(_declared).When(e => ChangeExperiment.Decide(change with { Content = Small }, e, [])).ThenNothing();
        Spec.Given<Experiment>(_declared, _started).When(e => ChangeExperiment.Decide(change, e, [])).ThenRejected(
            "The experiment has started: with other variants, weights, metrics or another plan its figures would be of two experiments. Raise its coverage with /coverage, or stop it and declare another.");
        Spec.Given<Experiment>(_declared).When(e => ChangeExperiment.Decide(change with { Key = "other" }, e, [])).ThenInvalid(("key", "Must be form: code asks for it."));
    }

    [Fact]
    public void Coverage_only_grows_and_everybody_keeps_their_variant()
    {
        Spec.Given<Experiment>(Declared(Small with { Coverage = 0.2 }), _started).When(e => RaiseCoverage.Decide(new(Id, 0.6), e)).Then(new ExperimentCoverageRaised(Id, 0.6));
        Spec.Given<Experiment>(Declared(Small with { Coverage = 0.2 }), _started).When(e => RaiseCoverage.Decide(new(Id, 0.1), e)).ThenTaken("coverage", "It's 0.2, and can only grow: who has a variant keeps it.");
        var (before, after) = (Running(Small with { Coverage = 0.2 }), Running(Small with { Coverage = 0.6 }));
        var given = Enumerable.Range(0, 2_000).Select(n => (Before: before.Give(Asking($"v{n}"), null)?.Variant, After: after.Give(Asking($"v{n}"), null)?.Variant)).ToArray();
        given.Where(one => one.Before is not null).ShouldAllBe(one => one.Before == one.After);
        given.Count(one => one.Before is not null).ShouldBeInRange(320, 480);
        given.Count(one => one.After is not null).ShouldBeInRange(1_100, 1_300);
    }

    [Fact]
    public void Experiments_of_a_space_that_overlap_arent_under_way_at_once()
    {
        var taken = new object[] { new ExperimentListed(Other, "other"), new ExperimentSpaceTaken(Other, new("checkout", 0.4, 0.9)) };
        var mine = Declared(Small with { Namespace = _space });
        Spec.Given<Experiment>(mine).When(e => StartExperiment.Decide(new(Id, Noon), e, State.Of<ExperimentList>(taken))).ThenTaken("namespace", "Experiment other is under way in checkout from 0.4 to 0.9.");
        Spec.Given<Experiment>(mine).When(e => StartExperiment.Decide(new(Id, Noon), e, State.Of<ExperimentList>([.. taken, new ExperimentSpaceFreed(Other)]))).Then(_started, new ExperimentSpaceTaken(Id, _space));
        Spec.Given<Experiment>(mine, _started).When(e => StopExperiment.Decide(new(Id, "Done.", "new"), e, State.Of<ExperimentList>([new ExperimentSpaceTaken(Id, _space)])))
            .ThenStreams(new StreamEvents(Id, new ExperimentStopped(Id, "Done.", "new")), new StreamEvents(ExperimentList.Id, new ExperimentSpaceFreed(Id)));
    }

    [Fact]
    public void Nobody_is_in_two_parts_of_a_space()
    {
        var (first, second) = (Running(Small with { Namespace = _space }), Running(Small with { Namespace = new("checkout", 0.5, 1) }));
        var given = Enumerable.Range(0, 1_000).Select(n => (First: first.Give(Asking($"Größe-🌍-{n}"), null), Second: second.Give(Asking($"Größe-🌍-{n}"), null))).ToArray();
        given.ShouldAllBe(one => one.First == null || one.Second == null);
        given.Count(one => one.First is not null).ShouldBeInRange(420, 580);
        given.Count(one => one.First is not null || one.Second is not null).ShouldBe(1_000);
    }

    [Fact]
    public void It_goes_from_one_state_to_the_next()
    {
        Spec.Given<Experiment>(_declared, _started).When(e => StartExperiment.Decide(new(Id, Noon), e, ExperimentList.Initial)).ThenNothing();
        Spec.Given<Experiment>(_declared).When(e => PauseExperiment.Decide(new(Id, "Wait."), e)).ThenRejected("The experiment isn't running.");
        Spec.Given<Experiment>(_declared, _started).When(e => PauseExperiment.Decide(new(Id, " "), e)).ThenInvalid(("reason", "Must be 1 to 500 characters long."));
        Spec.Given<Experiment>(_declared, _started).When(e => PauseExperiment.Decide(new(Id, "Wait."), e)).Then(new ExperimentPaused(Id, "Wait."));
        Spec.Given<Experiment>(_declared, _started, new ExperimentPaused(Id, "Wait.")).When(e => StartExperiment.Decide(new(Id, Noon), e, ExperimentList.Initial)).ThenRejected("The experiment is paused: resume it.");
        Spec.Given<Experiment>(_declared, _started, new ExperimentPaused(Id, "Wait.")).When(e => ResumeExperiment.Decide(new(Id), e)).Then(new ExperimentResumed(Id));
        Spec.Given<Experiment>(_declared, _started).When(e => ArchiveExperiment.Decide(new(Id), e)).ThenRejected("The experiment is under way: stop it first.");
        Spec.Given<Experiment>(_declared).When(e => StopExperiment.Decide(new(Id, "Done."), e, ExperimentList.Initial)).ThenRejected("The experiment hasn't started: archive it.");
        Spec.Given<Experiment>(_declared, _started).When(e => StopExperiment.Decide(new(Id, "Done.", "none"), e, ExperimentList.Initial)).ThenInvalid(("rollOut", "Must be the key of a variant."));
        var stopped = new object[] { _declared, _started, new ExperimentStopped(Id, "Done.", "new") };
        Spec.Given<Experiment>(stopped).When(e => StartExperiment.Decide(new(Id, Noon), e, ExperimentList.Initial)).ThenRejected("The experiment is over: declare another.");
        Spec.Given<Experiment>(stopped).When(e => RollBackExperiment.Decide(new(Id, "Worse."), e)).Then(new ExperimentRolledBack(Id, "new", "Worse."));
        Spec.Given<Experiment>([.. stopped, new ExperimentRolledBack(Id, "new", "Worse.")]).When(e => RollBackExperiment.Decide(new(Id, "Worse."), e)).ThenNothing();
        Spec.Given<Experiment>(stopped).When(e => ArchiveExperiment.Decide(new(Id), e)).Then(new ExperimentArchived(Id), new ExperimentUnlisted(Id));
        Spec.Given<Experiment>([.. stopped, new ExperimentArchived(Id)]).When(e => PauseExperiment.Decide(new(Id, "Wait."), e)).ThenNotFound("There is no such experiment.");
    }

    [Fact]
    public void Testers_get_what_is_said_of_them_and_are_few()
    {
        Spec.Given<Experiment>(_declared, _started).When(e => SetExperimentOverrides.Decide(new(Id, Overrides(("tester 🌍", "new"), ("__proto__", "old"))), e))
            .Then(new ExperimentOverridesSet(Id, [new("__proto__", "old"), new("tester 🌍", "new")]));
        Spec.Given<Experiment>(_declared).When(e => SetExperimentOverrides.Decide(new(Id, Overrides(("a", "none"), ("", "old"))), e))
            .ThenInvalid(("overrides.a", "Must be the key of a variant."), ("overrides.", "An id must be 1 to 200 characters long."));
        Spec.Given<Experiment>(_declared).When(e => SetExperimentOverrides.Decide(new(Id, Overrides([.. Enumerable.Range(0, 10_001).Select(n => ($"t{n}", "new"))])), e))
            .ThenInvalid(("overrides", "Must be at most 1000."));
    }

    [Fact]
    public void A_tester_gets_the_override_a_roll_out_is_for_all_whom_it_concerns_and_a_draft_is_for_nobody()
    {
        var pro = Small with { Condition = new AttributeIs(new("plan"), [new EqualTest(AttributeValue.Of("pro"))]), SiteIds = [Other] };
        var draft = new ExperimentPlan("form", pro, ExperimentStatus.Draft, Overrides(("tester", "new")), null);
        draft.Give(Asking("tester"), Other).ShouldBe(new GivenVariant("new", AttributeValue.Of("b"), GivenVariant.Override));
        draft.Give(Asking("ann", "pro"), Other).ShouldBeNull();
        var over = new ExperimentPlan("form", pro, ExperimentStatus.Stopped, Overrides(("ann", "old")), "new");
        over.Give(Asking("ann", "pro"), Other).ShouldBe(new GivenVariant("new", AttributeValue.Of("b"), GivenVariant.RolledOut));
        over.Give(Asking("ann", "free"), Other).ShouldBeNull();
        over.Give(Asking("ann", "pro"), Id).ShouldBeNull();
        over.Give(Asking("ann", "pro"), null).ShouldBeNull("it's on one site alone");
        new ExperimentPlan("form", pro, ExperimentStatus.Paused, Overrides(), null).Give(Asking("ann", "pro"), Other).ShouldBeNull();
    }

    [Fact]
    public void A_variant_is_the_one_that_growthbooks_hash_says()
    {
        foreach (var version in new[] { 1, 2 })
        {
            var running = Running(Small with { HashVersion = version });
            for (var n = 0; n < 200; n++)
                running.Give(Asking($"v{n}"), null)!.Variant.ShouldBe(Bucketing.Of("form", $"v{n}", (HashVersion)version) < 0.5 ? "old" : "new");
        }
    }

    private static ExperimentContent With(double first, double second) => Small with { Variants = [Small.Variants[0] with { Weight = first }, Small.Variants[1] with { Weight = second }] };

    private static ExperimentDeclared Declared(ExperimentContent content) => _declared with { Content = content };

    private static ExperimentPlan Running(ExperimentContent content) => new("form", content, ExperimentStatus.Running, Overrides(), null);

    private static AllocationContext Asking(string id, string? plan = null) => new(
        new(AttributeValue.Of([KeyValuePair.Create("id", AttributeValue.Of(id)), KeyValuePair.Create("plan", AttributeValue.Of(plan))])), ImmutableDictionary<string, FlagPlan>.Empty);

    private static ImmutableSortedDictionary<string, string> Overrides(params (string Unit, string Variant)[] overrides) => overrides.ToImmutableSortedDictionary(o => o.Unit, o => o.Variant, StringComparer.Ordinal);

    private static Outcome Declare(ExperimentContent content, params object[] listed) =>
        Spec.Given<Experiment>().When(experiment => DeclareExperiment.Decide(new(Id, "form", " Form ", content, new()), experiment, State.Of<ExperimentList>(listed), []));
}
