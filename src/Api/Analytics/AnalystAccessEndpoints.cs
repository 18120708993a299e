using Npgsql;
using Platform.Api.Hosting;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>The login of a tenant's analysts: made, given another password, taken away; each an event of the tenant.</summary>
public static class AnalystAccessEndpoints
{
    private static readonly AnalystAccessProjection Details = new();

    private static readonly AfterCommand Grant = new(typeof(AnalystLoginReceipt), AnalyticsBodies.Default, async (http, receipt) =>
    {
        var (services, tenant) = (http.RequestServices, Caller.Of(http).TenantId);
        var made = await AnalystCommands.FollowGrantAsync(services.GetRequiredService<AnalystLogins>(), tenant, receipt.Version, http.RequestAborted);
        // The answer is the one place that has the password.
        http.Response.Headers.CacheControl = "no-store";
        var connection = made is null ? null : ConnectionOf(services.GetRequiredService<Platform.Api.Hosting.HostOptions>().Connections, made);
        return reached => new AnalystLoginReceipt(reached.StreamId, reached.Version, reached.Events, reached.Timestamp, reached.State, connection);
    });

    private static readonly AfterCommand Revoke = new(typeof(Receipt), ReceiptJson.Default, async (http, receipt) =>
    {
        await AnalystCommands.FollowRevocationAsync(http.RequestServices.GetRequiredService<AnalystLogins>(), Caller.Of(http).TenantId, receipt.Version, http.RequestAborted);
        return reached => reached;
    });

    public static void MapAnalystAccess(this RouteGroupBuilder api)
    {
        var access = api.MapGroup("/analytics/access").WithTags("Analytics");

        access.MapStart("/", AnalyticsBodies.Default.GrantAccessBody, (body, _) => new GrantAnalystAccess(body.Purpose ?? ""), AnalystCommands.Grant, Grant)
            .Requires(Permission.AnalyticsManage)
            .Describe("GrantAnalystAccess", "A login for analysts, or another password for it", "One a tenant: it reads the views of schema analytics, the tenant's rows alone. The answer has the password, which is told nowhere else; sessions with an earlier one end.");
        access.MapVerb("/{id:guid}/revoke", AnalyticsBodies.Default.RevokeAccessBody, Bind, AnalystCommands.Revoke, after: Revoke)
            .Requires(Permission.AnalyticsManage).Describe("RevokeAnalystAccess", "Take the analysts' login away", "Its sessions end.");
        access.MapGet("/", ListAsync).Requires(Permission.AnalyticsManage).Paged<AnalystAccessDetails>()
            .Describe("ListAnalystAccess", "Whether analysts have a login, and since when", "One, or none if there never was one.");
        access.MapGet("/{id:guid}", GetAsync).Requires(Permission.AnalyticsManage).Resource<AnalystAccessDetails>()
            .Describe("GetAnalystAccess", "The analysts' login, as it is or as it was", "Read from its stream: never stale. Never with a password.");
    }

    internal static AnalystConnection ConnectionOf(DatabaseConnections connections, NewAnalystLogin made)
    {
        var server = new NpgsqlConnectionStringBuilder(connections.App);
        return new AnalystConnection(server.Host ?? "localhost", server.Port, server.Database ?? "", made.Login, made.Password);
    }

    private static RevokeAnalystAccess Bind(RevokeAccessBody body, CommandTarget to) =>
        to.Id == AnalystAccess.Id ? new RevokeAnalystAccess(body.Reason ?? "") : throw new ProblemException(new Problem(ProblemKind.NotFound));

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, AnalystLogins logins)
    {
        _ = (Reading.Limit(http), Reading.Cursor(http));
        var access = await FindAsync(http, store, logins, null, null);
        return Results.Json(new Page<AnalystAccessDetails>(access is null ? [] : [access], null), AnalyticsBodies.Default.PageAnalystAccessDetails);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, AnalystLogins logins)
    {
        var (version, at) = Reading.AsOf(http);
        var access = id == AnalystAccess.Id ? await FindAsync(http, store, logins, version, at) : null;
        return Reading.Single(http, access, access?.Version ?? 0, AnalyticsReadJson.Default.AnalystAccessDetails);
    }

    private static async Task<AnalystAccessDetails?> FindAsync(HttpContext http, IDocumentStore store, AnalystLogins logins, long? version, DateTimeOffset? at)
    {
        var tenant = Caller.Of(http).TenantId;
        var session = store.QuerySession(tenant);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var access = await session.Events.AggregateStreamAsync(Details, AnalystAccess.Id, version, at, http.RequestAborted);
        return access is { IsGranted: true } && (version, at) is (null, null)
            ? access with { Login = await logins.FindAsync(tenant, http.RequestAborted) }
            : access;
    }
}
