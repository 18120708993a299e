using System.CommandLine;
using Platform.Api.Bench;

namespace Platform.Api.Cli;

/// <summary><c>./platform bench</c>: each figure beside its floor of the same run, on durable clusters of its own.</summary>
internal static class BenchVerb
{
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds, of which the median is told", DefaultValueFactory = _ => 3 };
    private static readonly Option<double> Seconds = new("--seconds") { Description = "Length of a round of appends", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> Events = new("--events") { Description = "Events to follow", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<int[]> ModelEvents = new("--model-events") { Description = "Events to build read models from; several times for several sizes; default 200,000 and, alone, 1,000,000", HelpName = "N" };
    private static readonly Option<int> LedgerEvents = new("--ledger-events") { Description = "Events to verify and export", DefaultValueFactory = _ => 200_000 };
    private static readonly Option<DirectoryInfo?> Articles = new("--articles") { Description = "Directory of Markdown articles; default: the acceptance set, if it is there", HelpName = "DIR" };
    private static readonly Option<int?> Generated = new("--generated") { Description = "Articles to generate and import; default 100,000, in a run of everything 10,000" };
    private static readonly Option<int?> VisitorEvents = new("--visitor-events") { Description = "Visitors' events to ask over; default 12,000,000, in a run of everything 500,000" };
    private const int VisitorEventsAlone = 12_000_000, VisitorEventsAmongAll = 500_000;
    private const int GeneratedAlone = 100_000, GeneratedAmongAll = 10_000;

    public static Command Create()
    {
        Rounds.Must(rounds => rounds >= 1, "--rounds must be at least 1.");
        var append = Measures("append", "Appends of every size and number of writers, beside unchained ones; bytes an event", AppendAsync, Rounds, Seconds);
        var follow = Measures("follow", "Sequencer and verification, beside reading the events in order", FollowAsync, Rounds, Events);
        var ledger = Measures("ledger", "Appends with and without log and writer's signature, append to checkpoint, verification live, since a checkpoint and offline", LedgerAsync, Rounds, Seconds, LedgerEvents);
        var projections = Measures("projections", "Catch-up and rebuild of read models, beside reading and deserialising the events; append to read model at half of peak", (database, result, cancel) => ProjectionsAsync(database, result, [200_000, 1_000_000], cancel), Rounds, Seconds, ModelEvents);
        var load = Measures("load", "An aggregate of 10, 1,000 and 10,000 events, with and without snapshot, beside reading its events", LoadAsync, Rounds);
        var personal = Measures("personal", "Appends, opening and verification of texts about people, beside the same in plain and the cipher alone", PersonalAsync, Rounds, Seconds);
        var access = Measures("access", "Decisions about access with 10,000 sites and 100 grants, beside a look-up", AccessAsync, Rounds);
        var rules = Measures("rules", "What 1,000 rules do for a visitor, in process, beside their conditions asked for nothing", RulesAsync, Rounds);
        var allocation = Measures("allocation", "Which variant a visitor gets, of one experiment and of fifty, beside a hash alone", AllocationAsync, Rounds);
        var configuration = Measures("configuration", "10,000 sites six levels deep on two nodes: a change at the top until it holds below, and a site's configuration, beside an empty request and one row", ConfigurationAsync, Rounds);
        var recommendations = Measures("recommendations", "Recommendations out of 10,000 items and events of visitors, in process, beside reading every item's score", RecommendationsAsync, Rounds);
        var delivery = Measures("delivery", "Pages as visitors are shown them, 1,000 a second over HTTP, beside requests that do nothing", DeliveryAsync, Rounds, Seconds);
        var freshness = Measures("freshness", "Publications, visitors' events and kill switches until two nodes go by them, over HTTP, beside one read model", FreshnessAsync, Rounds);
        var fairness = Measures("fairness", "A tenant's answers alone and beside another's flood, with turns by tenant and without", FairnessAsync, Rounds, Seconds);
        var behaviour = Measures("behaviour", "Visitors' events over HTTP, beside requests that do nothing; a dashboard and a comparison of ten sites over three months of them, beside the same from the events",
            (database, result, cancel) => BehaviourAsync(database, result, VisitorEventsAlone, cancel), Rounds, Seconds, VisitorEvents);
        var import = Measures("import", "Articles by the code of ./platform import, beside raw appends of the same bodies",
            (database, result, cancel) => ImportAsync(database, result, GeneratedAlone, cancel), Articles, Generated);
        var all = new Command("bench", "Measure: each figure beside its floor in the same run, medians, machine and settings told. Without a name: everything")
        {
            append, follow, projections, ledger, load, personal, access, rules, allocation, configuration, recommendations, delivery, freshness, fairness, behaviour, import, Rounds, Seconds, Events, ModelEvents, LedgerEvents, VisitorEvents, Articles, Generated,
        };
        all.SetAction((parsed, _) => RunAsync(parsed, AppendAsync, FollowAsync, (database, result, cancel) => ProjectionsAsync(database, result, [200_000], cancel), LedgerAsync, LoadAsync, PersonalAsync, AccessAsync, RulesAsync, AllocationAsync, ConfigurationAsync, RecommendationsAsync, DeliveryAsync, FreshnessAsync, FairnessAsync,
            (database, result, cancel) => BehaviourAsync(database, result, VisitorEventsAmongAll, cancel), (database, result, cancel) => ImportAsync(database, result, GeneratedAmongAll, cancel)));
        return all;
    }

    private static Command Measures(string name, string description, Func<BenchDatabase, ParseResult, CancellationToken, Task> measure, params IEnumerable<Option> options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed, measure));
        return command;
    }

    // A cluster for each: what one leaves behind would slow the next.
    private static async Task<int> RunAsync(ParseResult parsed, params Func<BenchDatabase, ParseResult, CancellationToken, Task>[] measures)
    {
        using var stop = new StopSignal();
        for (var n = 0; n < measures.Length; n++)
        {
            await using var database = await BenchDatabase.StartAsync(stop.Token);
            if (n == 0)
                await BenchReport.MachineAsync(database);
            await measures[n](database, parsed, stop.Token);
        }
        return 0;
    }

    private static Task AppendAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new AppendBench(database, parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancel).RunAsync();

    private static Task FollowAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new FollowBench(database, parsed.GetValue(Rounds), cancel).RunAsync(parsed.GetValue(Events));

    private static Task ProjectionsAsync(BenchDatabase database, ParseResult parsed, IReadOnlyList<int> sizes, CancellationToken cancel) =>
        new ProjectionBench(database, parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancel)
            .RunAsync(parsed.GetValue(ModelEvents) is { Length: > 0 } given ? [.. given.Order()] : sizes);

    private static Task LedgerAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new LedgerBench(database, parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancel).RunAsync(parsed.GetValue(LedgerEvents));

    private static Task LoadAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new LoadBench(database, parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task PersonalAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new PersonalBench(database, parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancel).RunAsync();

    private static Task AccessAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) => new AccessBench(parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task RulesAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) => new RuleBench(parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task AllocationAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) => new AllocationBench(parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task ConfigurationAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new ConfigurationBench(database, parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task RecommendationsAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) => new RecommendationBench(parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task DeliveryAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new DeliveryBench(database, parsed.GetValue(Rounds), parsed.GetValue(Seconds), cancel).RunAsync();

    private static Task FreshnessAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new FreshnessBench(database, parsed.GetValue(Rounds), cancel).RunAsync();

    private static Task FairnessAsync(BenchDatabase database, ParseResult parsed, CancellationToken cancel) =>
        new FairnessBench(database, parsed.GetValue(Rounds), parsed.GetValue(Seconds), cancel).RunAsync();

    private static Task BehaviourAsync(BenchDatabase database, ParseResult parsed, int events, CancellationToken cancel) =>
        new BehaviourBench(database, parsed.GetValue(Rounds), parsed.GetValue(Seconds), cancel).RunAsync(parsed.GetValue(VisitorEvents) ?? events);

    private static Task ImportAsync(BenchDatabase database, ParseResult parsed, int generated, CancellationToken cancel) =>
        new ImportBench(database, cancel).RunAsync(parsed.GetValue(Articles)?.FullName ?? AcceptanceSet(), parsed.GetValue(Generated) ?? generated);

    private static string? AcceptanceSet() => Path.GetFullPath(Path.Combine("..", "shared", "acceptance", "articles")) is var articles && Directory.Exists(articles) ? articles : null;
}
