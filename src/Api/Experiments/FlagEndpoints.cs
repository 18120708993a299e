using Platform.Api.Http;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Experiments;
using Platform.Projections.Experiments;

namespace Platform.Api.Experiments;

/// <summary>Feature flags: what they are, for whom.</summary>
public static class FlagEndpoints
{
    private static readonly Flags Details = new();

    private static ExperimentsBodies Json => ExperimentsBodies.Default;

    public static void MapFlags(this RouteGroupBuilder api)
    {
        var flags = api.MapGroup("/flags").WithTags("Experiments");
        flags.MapStart("/", Json.FlagBody, Define, FlagCommands.Define).Requires(Permission.FlagsManage)
            .Describe("DefineFlag", "Make a feature flag", $"With what it is for whom: the first rule that concerns somebody counts, else the default. Conditions are those of /schemas/conditions.v1.json. A tenant has at most {FlagList.Most}.");
        flags.MapReplace("/{id:guid}", Json.FlagBody, Change, FlagCommands.Change).Requires(Permission.FlagsManage)
            .Describe("ChangeFlag", "Say anew what a flag is for whom", "All of it is replaced but key and kind, which never change. Effective everywhere within a second.");
        flags.MapVerb("/{id:guid}/kill", Json.KillFlagBody, (body, to) => new KillFlag(to.Id, body.Reason), FlagCommands.Kill).Requires(Permission.FlagsManage)
            .Describe("KillFlag", "Make a flag its default for everybody", "Whatever its rules say; effective everywhere within a second.");
        flags.MapVerb("/{id:guid}/revive", Json.EmptyBody, (_, to) => new ReviveFlag(to.Id), FlagCommands.Revive, optional: true).Requires(Permission.FlagsManage)
            .Describe("ReviveFlag", "Let a killed flag's rules count again", "As they are now.");
        flags.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveFlag(to.Id), FlagCommands.Archive, optional: true).Requires(Permission.FlagsManage)
            .Describe("ArchiveFlag", "Put a flag away", "Its key is free; whoever asks for it learns that there is none. Refused while another flag needs it.");
        flags.MapGet("/", ListAsync).Requires(Permission.FlagsRead).Collection<FlagAnswer>()
            .Filter("stale", "0 to 3650: only those that give everybody the same value, and weren't changed for so many days.")
            .Describe("ListFlags", "Flags of the tenant", "In key order, each with why code needn't ask for it any more, if so.");
        flags.MapGet("/{id:guid}", GetAsync).Requires(Permission.FlagsRead).Resource<FlagAnswer>()
            .Describe("GetFlag", "A flag, as it is or as it was", "Read from its stream: never stale.");
    }

    private static DefineFlag Define(FlagBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.Key, body.Name, content, errors);
    }

    private static ChangeFlag Change(FlagBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.Key, body.Name, content, errors);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, days, now) = (Reading.Limit(http), Reading.Cursor(http), Reading.Number(http, "stale", 0, 3650), time.GetUtcNow());
        await Reading.AwaitAsync(http, session, FlagDetails.ReadModel);
        // What is stale is seen of the whole flag, of which a tenant has few.
        var answer = await FlagDetails.ListAsync(session, after, days is null ? limit : FlagList.Most, http.RequestAborted);
        Reading.Index(http, answer);
        var items = answer.Items.Select(flag => Of(flag, now)).Where(flag => days is not { } least || flag.StaleBecause is not null && (flag.ChangedAt ?? flag.DefinedAt) <= now.AddDays(-least)).Take(limit).ToList();
        return Results.Json(new Page<FlagAnswer>(items, Reading.NextCursor(items, limit, flag => flag.Key)), Json.PageFlagAnswer);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var flag = await Reading.FoldAsync(http, store, Details, id) is { IsArchived: false } kept ? Of(kept.Flag, null) : null;
        return Reading.Single(http, flag, flag?.Version ?? 0, Json.FlagAnswer);
    }

    // Of a single flag it isn't said: the same version is stale later on.
    private static FlagAnswer Of(FlagDetails flag, DateTimeOffset? now) => new(
        flag.Id, flag.Key, flag.Name, flag.Content.Kind, flag.Content.Default, flag.Content.Rules, flag.Content.Description, flag.KilledBecause,
        now is { } at ? StaleFlag.WhyOf(flag.Content, flag.KilledBecause is not null, at) : null, flag.DefinedAt, flag.DefinedBy, flag.ChangedAt, flag.Version);
}
