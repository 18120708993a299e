using System.Collections.Immutable;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>Changes of several sites at once, after a look at what they do.</summary>
public static class ConfigurationChangeEndpoints
{
    private static ConfigurationBodies Json => ConfigurationBodies.Default;

    public static void MapConfigurationChanges(this RouteGroupBuilder api)
    {
        var changes = api.MapGroup("/config/changes").WithTags("Configuration");
        changes.MapPost("/preview", PreviewAsync).Requires(Permission.ConfigurationEdit).Accepts<ConfigurationChangeBody>("application/json").Produces<ConfigurationPreview>()
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid)
            .WithMetadata(
                new PostedQuestion(), new Indexed(), new Lagging(),
                new QueryParameter("limit", $"Sites a page, 1 to {Reading.MaxLimit}; default {Reading.DefaultLimit}", "integer"), new QueryParameter("cursor", "The value of next from the page before"),
                new QueryParameter("wait", "Seconds to wait until all that was written before is seen, 0 to 30; default 5", "integer"))
            .Describe("PreviewConfigurationChange", "What a change would do", "Which sites' values would be others, and which sites are shielded, by what. Changes nothing.");
        changes.MapStart("/", Json.ConfigurationChangeBody, (body, to) => new ApplyConfigurationChange(to.Id, [.. body.Sites ?? []], body.Values ?? Fields.Empty, body.Token ?? ""), ConfigurationCommands.Apply)
            .Requires(Permission.ConfigurationEdit).Problems(ProblemKind.NotFound).Describe("ApplyConfigurationChange", "Change several sites at once", "The body of a preview with its token: 409 if anything has changed since. All of it or nothing.");
        changes.MapGet("/{id:guid}", GetAsync).Requires(Permission.SitesRead).Resource<ConfigurationChange>()
            .Describe("GetConfigurationChange", "A change that was applied", "Read from its stream: never stale.");
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, IDocumentStore store, ConfigurationCache cache)
    {
        var body = (await JsonBody.ReadAsync(http, Json.ConfigurationChangeBody)).Value;
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        var (tenant, sites, values) = (Caller.Of(http).TenantId, body.Sites ?? [], body.Values ?? Fields.Empty);
        var session = store.QuerySession(tenant);
        // What was written just before would make the token void: the preview is of all that was accepted.
        await Reading.AwaitAllAsync(http, session, ConfigurationPart.ReadModel);
        if ((ApplyConfigurationChange.Check([.. sites]).Rejection ?? await ConfigurationCommands.RefuseAsync(sites, values, session, http.RequestAborted)) is { } refused)
            return await CommandEndpoints.RefusalAsync(http, new CommandResult.Refused(refused), Guid.Empty, null, body, tells: false);
        var configuration = await cache.OfAsync(tenant, fresh: true, http.RequestAborted);
        Reading.Index(http, configuration.Changed, 0);
        var targets = sites.ToHashSet();
        var previewed = configuration.Under(targets).Select(id => Preview(configuration, id, targets, values)).Where(site => site.Changes.Count + site.Shielded.Count > 0).ToList();
        var items = previewed.Where(site => site.SiteId.CompareTo(after) > 0).Take(limit).ToList();
        return Results.Json(new ConfigurationPreview(
            ConfigurationCommands.TokenOf(configuration.Changed), previewed.Count(site => site.Changes.Count > 0), previewed.Count(site => site.Shielded.Count > 0), items,
            Reading.NextCursor(items, limit, site => site.SiteId.ToString())), Json.ConfigurationPreview);
    }

    private static PreviewedSite Preview(TenantConfiguration configuration, Guid site, HashSet<Guid> targets, Fields values)
    {
        var now = configuration.PathTo(site)!.Value.Select(level => level.Level).ToImmutableArray();
        var then = now.Select(level => level.SiteId is { } id && targets.Contains(id) ? level with { Values = level.Values.With(values, []) } : level).ToImmutableArray();
        var nearest = then.Select((level, n) => level.SiteId is { } id && targets.Contains(id) ? n : 0).Max();
        var (changes, shielded) = (new List<ConfigurationDifference>(), new List<ShieldedValue>());
        foreach (var key in values.Values.Keys.Where(configuration.Keys.ContainsKey).Select(name => configuration.Keys[name]))
        {
            var (before, after) = (EffectiveConfiguration.Resolve(now, key), EffectiveConfiguration.Resolve(then, key));
            if (!JsonElement.DeepEquals(before.Value, after.Value))
                changes.Add(new ConfigurationDifference(key.Name, before.Value, after.Value));
            else if (after.From > nearest)
                shielded.Add(new ShieldedValue(key.Name, after.Value, $"It's overridden {then[after.From.Value].Place}."));
            else if (after.IsShut(nearest))
                shielded.Add(new ShieldedValue(key.Name, after.Value, $"The key is locked {then[after.LockedAt!.Value].Place}."));
        }
        return new PreviewedSite(site, changes, shielded);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var events = await session.Events.FetchStreamAsync(id, 0, version ?? long.MaxValue, at, cancel: http.RequestAborted);
        var change = events is [{ Data: ConfigurationChangeApplied applied } first, ..]
            ? new ConfigurationChange(id, applied.Sites, applied.Values, applied.Token, first.Timestamp, first.Headers.User) : null;
        return Reading.Single(http, change, events.Count == 0 ? 0 : events[^1].Version, Json.ConfigurationChange);
    }
}
