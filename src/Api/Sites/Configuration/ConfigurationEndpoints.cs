using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>Configuration of each level: the platform's, the tenant's, and that of sites.</summary>
public static class ConfigurationEndpoints
{
    private static ConfigurationBodies Json => ConfigurationBodies.Default;

    private sealed record Level(string Of, string Noun, string Read, string Edit, bool IsSite = false, bool IsPlatform = false);

    public static void MapConfiguration(this RouteGroupBuilder api)
    {
        Map(api.MapGroup("/sites/{id:guid}/config"), new Level("Site", "site", Permission.SitesRead, Permission.ConfigurationEdit, IsSite: true));
        Map(api.MapGroup("/tenant/config"), new Level("Tenant", "tenant", Permission.SitesRead, Permission.ConfigurationEdit));
        Map(api.MapGroup("/platform/config"), new Level("Platform", "platform", Permission.ConfigurationOperate, Permission.ConfigurationOperate, IsPlatform: true));
    }

    private static void Map(RouteGroupBuilder config, Level level)
    {
        config.WithTags("Configuration");
        config.MapGet("", (HttpContext http, IDocumentStore store, ConfigurationCache cache) => GetAsync(http, store, cache, level)).Reads(level).Resource<ConfigurationDetails>().Awaiting()
            .WithMetadata(new QueryParameter("explain", "true: where each value comes from, and what it overrides", "boolean"))
            .Describe($"Get{level.Of}Configuration", $"What holds at a {level.Noun}'s level, or held",
                "Every key with its value. asOf takes a time: of all levels above, and of the tree. The ETag is the answer's; If-Match on commands takes its member version.");
        config.MapGet("/versions", (HttpContext http, IDocumentStore store) => ConfigurationVersions.ListAsync(http, store, Target(http, level))).Reads(level).Paged<ConfigurationVersion>().Problems(ProblemKind.NotFound)
            .Describe($"List{level.Of}ConfigurationVersions", $"What became of a {level.Noun}'s own level", "Oldest first.");
        config.MapGet("/diff", (HttpContext http, IDocumentStore store) => ConfigurationVersions.DiffAsync(http, store, Target(http, level))).Reads(level)
            .OfVersions<ConfigurationDiff>(("from", "A version; 0: before the first"), ("to", "A version; default: the last"))
            .Describe($"Diff{level.Of}Configuration", $"What differs between two versions of a {level.Noun}'s own level", "What is inherited isn't part of it.");

        config.MapVerb("/set", Json.ConfigurationValuesBody, (body, to) => On(to, level, new SetConfiguration(body.Values ?? Fields.Empty)), ConfigurationCommands.Set)
            .Edits(level).Problems(ProblemKind.NotFound).Describe($"Set{level.Of}Configuration", $"Give a {level.Noun}'s level values of its own", "All of them or none. A key that is locked above is refused, and where is said.");
        config.MapVerb("/reset", Json.ConfigurationKeysBody, (body, to) => On(to, level, new ResetConfiguration(Keys(body))), ConfigurationCommands.Reset)
            .Edits(level).Problems(ProblemKind.NotFound).Describe($"Reset{level.Of}Configuration", $"Take a {level.Noun}'s own values back", "What is inherited holds again.");
        config.MapVerb("/lock", Json.ConfigurationKeysBody, (body, to) => On(to, level, new LockConfiguration(Keys(body))), ConfigurationCommands.Lock)
            .Edits(level).Problems(ProblemKind.NotFound).Describe($"Lock{level.Of}Configuration", "Have keys hold below as they do here", "What levels below say themselves stays, without effect.");
        config.MapVerb("/unlock", Json.ConfigurationKeysBody, (body, to) => On(to, level, new UnlockConfiguration(Keys(body))), ConfigurationCommands.Unlock)
            .Edits(level).Problems(ProblemKind.NotFound).Describe($"Unlock{level.Of}Configuration", "Take locks back", "What levels below say themselves has effect again.");
        config.MapVerb("/rollback", Json.ConfigurationVersionBody, (body, to) => On(to, level, new RollBackConfiguration(body.Version ?? throw Problem.Missing("version"))), ConfigurationCommands.RollBack)
            .Edits(level).Problems(ProblemKind.NotFound).Describe($"RollBack{level.Of}Configuration", $"Make a {level.Noun}'s level say again what it said", "As a new version: values and locks.");
    }

    private static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint, Level level) => endpoint.Requires(level.Read).Of(level);

    private static RouteHandlerBuilder Edits(this RouteHandlerBuilder endpoint, Level level) => endpoint.Requires(level.Edit).Of(level);

    private static RouteHandlerBuilder Of(this RouteHandlerBuilder endpoint, Level level) => level.IsSite ? endpoint.OfSite() : endpoint;

    private static OnLevel<TCommand> On<TCommand>(CommandTarget to, Level level, TCommand command) => new(level.IsSite ? to.Id : null, command, level.IsPlatform);

    private static ImmutableArray<string> Keys(ConfigurationKeysBody body) => [.. (body.Keys ?? []).Select(key => key ?? "")];

    // A tenant's level is none of the platform's own tenant, whose level above all sites is the platform's.
    private static Guid? Target(HttpContext http, Level level) =>
        !level.IsSite && level.IsPlatform != (Caller.Of(http).TenantId == DocumentStore.PlatformTenant) ? throw new ProblemException(new Problem(ProblemKind.NotFound))
        : level.IsSite ? Guid.Parse((string)http.GetRouteValue("id")!) : null;

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, ConfigurationCache cache, Level level)
    {
        var explain = Reading.Text(http, "explain", "true", "false") == "true";
        if (await HeldConfiguration.FindAsync(http, Target(http, level), store, cache) is not { Tenant: var configuration } held)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var keys = held.At is not { } at ? configuration.InOrder : [.. configuration.InOrder.Where(key => !(configuration.Declared.GetValueOrDefault(key.Name)?.Since > at))];
        return Reading.Hashed(http, ConfigurationAnswer.Of(held.Path, keys, explain), Json.ConfigurationDetails);
    }
}
