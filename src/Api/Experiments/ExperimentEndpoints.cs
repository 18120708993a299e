using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Experiments;
using Platform.Projections.Experiments;

namespace Platform.Api.Experiments;

/// <summary>Experiments: what they try on whom, and where they are.</summary>
public static class ExperimentEndpoints
{
    internal static ExperimentsProjection Details { get; } = new();

    private static ExperimentsBodies Json => ExperimentsBodies.Default;

    public static void MapExperiments(this RouteGroupBuilder api)
    {
        var experiments = api.MapGroup("/experiments").WithTags("Experiments");
        experiments.MapStart("/", Json.ExperimentBody, Declare, ExperimentCommands.Declare).Requires(Permission.ExperimentsManage)
            .Describe("DeclareExperiment", "Make an experiment, as a draft", $"With what it tries on whom, and what tells whether it's better. A tenant has at most {ExperimentList.Most}.");
        experiments.MapReplace("/{id:guid}", Json.ExperimentBody, Change, ExperimentCommands.Change).Requires(Permission.ExperimentsManage)
            .Describe("ChangeExperiment", "Say anew what a draft tries on whom", "All of it is replaced but the key. Refused once it has started: its figures would be of two experiments.");
        experiments.MapReplace("/{id:guid}/overrides", Json.ExperimentOverridesBody, (body, to) => new SetExperimentOverrides(to.Id, Overrides(body)), ExperimentCommands.Override).Requires(Permission.ExperimentsManage)
            .Describe("SetExperimentOverrides", "Say which variants those get who test it", "All of them, until it's over, also before it starts; they aren't counted. Ids are kept in the ledger for good: use ones made for testing.");
        experiments.MapVerb("/{id:guid}/start", Json.EmptyBody, (_, to) => new StartExperiment(to.Id, to.Now), ExperimentCommands.Start, optional: true).Requires(Permission.ExperimentsManage)
            .Describe("StartExperiment", "Let visitors in", "From now on exposures count, and neither variants nor metrics nor the decision plan can change. Refused while another under way overlaps its part of a namespace.");
        experiments.MapVerb("/{id:guid}/coverage", Json.ExperimentCoverageBody, (body, to) => new RaiseCoverage(to.Id, body.Coverage), ExperimentCommands.Cover).Requires(Permission.ExperimentsManage)
            .Describe("RaiseExperimentCoverage", "Let more visitors in", "Those that were let in keep their variants.");
        experiments.MapVerb("/{id:guid}/pause", Json.ExperimentReasonBody, (body, to) => new PauseExperiment(to.Id, body.Reason), ExperimentCommands.Pause).Requires(Permission.ExperimentsManage)
            .Describe("PauseExperiment", "Give nobody a variant for the time being", "It keeps its part of a namespace, and decides nothing.");
        experiments.MapVerb("/{id:guid}/resume", Json.EmptyBody, (_, to) => new ResumeExperiment(to.Id), ExperimentCommands.Resume, optional: true).Requires(Permission.ExperimentsManage)
            .Describe("ResumeExperiment", "Give visitors variants again", "The same ones.");
        experiments.MapVerb("/{id:guid}/stop", Json.StopExperimentBody, (body, to) => new StopExperiment(to.Id, body.Reason, body.RollOut), ExperimentCommands.Stop).Requires(Permission.ExperimentsManage)
            .Describe("StopExperiment", "End an experiment", "With a variant that everybody whom it concerns gets from now on, or none.");
        experiments.MapVerb("/{id:guid}/roll-back", Json.ExperimentReasonBody, (body, to) => new RollBackExperiment(to.Id, body.Reason), ExperimentCommands.RollBack).Requires(Permission.ExperimentsManage)
            .Describe("RollBackExperiment", "Take back what was rolled out", "Whoever or whatever rolled it out.");
        experiments.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveExperiment(to.Id), ExperimentCommands.Archive, optional: true).Requires(Permission.ExperimentsManage)
            .Describe("ArchiveExperiment", "Put an experiment away", "Its key is free, and nobody gets anything by it. Refused while it's under way.");
        experiments.MapReplace("/holdout", Json.HoldoutBody, (body, to) => new SetHoldout(body.Name, body.Share, to.Now), (command, session, cancel) =>
                session.DecideAsync<Holdout>(Holdout.Id, holdout => SetHoldout.Decide(command, holdout), cancel)).Requires(Permission.ExperimentsManage)
            .Describe("SetHoldout", "Hold some visitors out of all experiments", "Experiments that start from now on aren't tried on them, and nothing is rolled out to them; who tests one gets it all the same. Experiments under way go on as they are.");
        experiments.MapGet("/holdout", GetHoldoutAsync).Requires(Permission.ExperimentsRead).Resource<HoldoutAnswer>()
            .Describe("GetHoldout", "Which visitors are held out of all experiments", "Read from its stream: never stale. Version 0: nothing was said, and nobody is.");
        experiments.MapGet("/", ListAsync).Requires(Permission.ExperimentsRead).Collection<ExperimentAnswer>().Filter("status", "draft, running, paused or stopped.")
            .Describe("ListExperiments", "Experiments of the tenant", "In key order.");
        experiments.MapGet("/{id:guid}", GetAsync).Requires(Permission.ExperimentsRead).Resource<ExperimentAnswer>()
            .Describe("GetExperiment", "An experiment, as it is or as it was", "Read from its stream: never stale.");
    }

    private static DeclareExperiment Declare(ExperimentBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.Key, body.Name, content, errors);
    }

    private static ChangeExperiment Change(ExperimentBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.Key, body.Name, content, errors);
    }

    private static ImmutableSortedDictionary<string, string> Overrides(ExperimentOverridesBody body) =>
        (body.Overrides ?? ImmutableDictionary<string, string?>.Empty).ToImmutableSortedDictionary(o => o.Key, o => o.Value ?? "", StringComparer.Ordinal);

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        ExperimentStatus? status = Reading.Text(http, "status", "draft", "running", "paused", "stopped") is { } text ? Enum.Parse<ExperimentStatus>(text, ignoreCase: true) : null;
        await Reading.AwaitAsync(http, session, ExperimentDetails.ReadModel);
        var answer = await ExperimentDetails.ListAsync(session, status, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        var items = answer.Items.Select(ExperimentAnswer.Of).ToList();
        return Results.Json(new Page<ExperimentAnswer>(items, Reading.NextCursor(items, limit, experiment => experiment.Key)), Json.PageExperimentAnswer);
    }

    private static async Task<IResult> GetHoldoutAsync(HttpContext http, IDocumentStore store)
    {
        var holdout = await Reading.StateAsync<Holdout>(http, store, Holdout.Id);
        return Reading.Single(http, holdout.Periods is [.., var last] ? new HoldoutAnswer(last.Name, last.Share, last.From, holdout.Version) : new(null, 0, null, 0), holdout.Version, Json.HoldoutAnswer);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var experiment = await Reading.FoldAsync(http, store, Details, id) is { Experiment: { Status: not ExperimentStatus.Archived } kept } ? ExperimentAnswer.Of(kept) : null;
        return Reading.Single(http, experiment, experiment?.Version ?? 0, Json.ExperimentAnswer);
    }
}
