using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What can be configured.</summary>
public static class ConfigurationKeyEndpoints
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");
    private static ConfigurationBodies Json => ConfigurationBodies.Default;

    public static void MapConfigurationKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/config/keys").WithTags("Configuration");
        keys.MapStart("/", Json.ConfigurationKeyBody,
                (body, _) => new DeclareConfigurationKey(new ConfigurationKey(body.Key ?? "", body.Type ?? "", body.Rules ?? Fields.Empty, body.Default ?? Nothing, body.Description ?? "")), ConfigurationCommands.Declare)
            .Requires(Permission.ConfigurationEdit).Describe("DeclareConfigurationKey", "Declare a key of the tenant's own",
                "With type, rules, default and description, for good: a key never means something else. Patterns are regular expressions without look-around and back-references.");
        keys.MapGet("/", ListAsync).Requires(Permission.SitesRead).Collection<ConfigurationKeyDetails>()
            .Describe("ListConfigurationKeys", "What can be configured", "The platform's keys and the tenant's own, in name order.");
        keys.MapGet("/{id:guid}", GetAsync).Requires(Permission.SitesRead).Resource<ConfigurationKeyDetails>()
            .Describe("GetConfigurationKey", "A key of the tenant's own, by its stream", "Read from its stream: never stale.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, ConfigurationCache cache)
    {
        var tenant = Caller.Of(http).TenantId;
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, store.QuerySession(tenant), ConfigurationPart.ReadModel);
        var configuration = await cache.OfAsync(tenant, fresh: true, http.RequestAborted);
        Reading.Index(http, configuration.Changed, 0);
        var items = configuration.InOrder.Where(key => string.CompareOrdinal(key.Name, after) > 0).Take(limit).Select(Of).ToList();
        return Results.Json(new Page<ConfigurationKeyDetails>(items, Reading.NextCursor(items, limit, key => key.Name)), Json.PageConfigurationKeyDetails);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var key = await session.Events.AggregateStreamAsync<DeclaredKey>(id, version, at, http.RequestAborted);
        return Reading.Single(http, key.State.Key is { } declared ? Of(declared) : null, key.Version, Json.ConfigurationKeyDetails);
    }

    private static ConfigurationKeyDetails Of(ConfigurationKey key) =>
        new(key.Name, key.Type, key.Rules, key.Default, key.Description, PlatformKeys.All.ContainsKey(key.Name) ? ConfigurationLevel.Platform : ConfigurationLevel.Tenant);
}
