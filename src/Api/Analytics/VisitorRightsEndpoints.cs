using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Analytics;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>
/// What visitors may ask of what is kept of them: to see it, and that it's let go of (GDPR, Articles 15 and 17). Who has a visitor's cookie is the visitor: nobody else, the platform included, knows what
/// it says. Who has none is another number each day, which nobody can be found by.
/// </summary>
internal static class VisitorRightsEndpoints
{
    private const int MostEvents = 10_000;

    public static void MapVisitorRights(this RouteGroupBuilder api)
    {
        api.MapPost("/track/visitor", OwnAsync).OfVisitors<VisitorCookieBody>().Produces<KeptBody>()
            .Describe("ShowVisitor", "What is kept of me", "For a page of a site, with what the visitor's cookie says: every event of the tenant's sites under it, of which at most 10,000 are shown.");
        api.MapPost("/track/erase", EraseOwnAsync).OfVisitors<VisitorCookieBody>().Produces<ErasedBody>()
            .Describe("EraseVisitor", "Let go of what is kept of me", "For a page of a site, with what the visitor's cookie says: no event and no visit of it up to now is shown any more; sums stay. The page removes the cookie, as when a consent is taken back: then nothing leads to the number in the ledger.");
        var visitors = api.MapGroup("/analytics/visitors").WithTags("Analytics");
        visitors.MapGet("/{id:guid}", ShowAsync).Requires(Permission.PrivacyRead).Counted<KeptBody>().Problems(ProblemKind.NotFound)
            .Describe("GetVisitor", "What is kept of a visitor", "By their number, for whoever answers their request: events in the order in which they happened, of which at most 10,000 are shown.");
        visitors.MapVerb("/{id:guid}/erase", AnalyticsBodies.Default.EmptyBody, (_, to) => new EraseVisitor(to.Id), VisitorCommands.Erase, optional: true)
            .Requires(Permission.PrivacyManage).Describe("EraseVisitorByNumber", "Let go of what is kept of a visitor", "No event and no visit of them up to now is shown any more; sums stay.");
    }

    internal static RouteHandlerBuilder OfVisitors<TBody>(this RouteHandlerBuilder endpoint) where TBody : notnull => endpoint
        .WithTags("Analytics").WithMetadata(new PublicEndpoint(), new NamedByIds()).Accepts<TBody>("application/json", "text/plain")
        .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid, ProblemKind.RateLimited, ProblemKind.Unavailable);

    private static async Task<IResult> OwnAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers, IDocumentStore store)
    {
        var (tenant, visitor) = await VisitorAsync(http, hosts, tenants, numbers);
        var session = store.QuerySession(tenant);
        await VisitorCommands.AwaitAsync(session, http.RequestAborted);
        return await KeptAsync(http, session, visitor);
    }

    private static async Task<IResult> EraseOwnAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers, CommandRunner runner)
    {
        var (tenant, visitor) = await VisitorAsync(http, hosts, tenants, numbers);
        return await RunAsync(http, runner, tenant, (session, cancel) => VisitorCommands.Erase(new EraseVisitor(visitor), session, cancel)) switch
        {
            null => Answer(new ErasedBody(true)),
            { Kind: var kind } when kind == ProblemKind.NotFound => Answer(new ErasedBody(false)),
            var problem => problem,
        };
    }

    /// <summary>Runs a command of a visitor's own. Null: it's accepted.</summary>
    internal static async Task<Problem?> RunAsync(HttpContext http, CommandRunner runner, string tenant, Func<IDocumentSession, CancellationToken, Task<Handled>> handle) =>
        await runner.RunAsync(new Arrival(tenant, "visitors", "track", Arrivals.CorrelationId(http), Activity.Current?.Id), StatusCodes.Status200OK, handle, http.RequestAborted) switch
        {
            CommandResult.Accepted => null,
            CommandResult.Refused refused => CommandEndpoints.OfRejection(refused.Rejection),
            _ => new Problem(ProblemKind.Unavailable, "Others change the same now."),
        };

    private static async Task<IResult> ShowAsync(HttpContext http, Guid id, IDocumentStore store) => await KeptAsync(http, await VisitorEndpoints.SessionAsync(http, store), id, mustExist: true);

    private static async Task<(string TenantId, Guid Visitor)> VisitorAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers)
    {
        var (tenant, visitor, _) = await VisitorAsync(http, TrackBodies.Default.VisitorCookieBody, body => body.Visitor, hosts, tenants, numbers);
        return (tenant, visitor);
    }

    /// <summary>Whose cookie a page of a site brings, with the rest of what it says.</summary>
    /// <exception cref="ProblemException">It brings none, or no site has the host.</exception>
    internal static async Task<(string TenantId, Guid Visitor, TBody Body)> VisitorAsync<TBody>(
        HttpContext http, JsonTypeInfo<TBody> json, Func<TBody, Guid?> cookieOf, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers)
    {
        TrackEndpoints.AllowPages(http);
        if (await TrackedEvents.ReadAsync(http, json) is not [{ Value: var body }] || cookieOf(body) is not { } cookie)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "visitor", "What the visitor's cookie says: a UUID, alone."));
        var site = await TrackEndpoints.RequireSiteAsync(http, hosts, tenants);
        return (site.TenantId, numbers.Of(site.TenantId, cookie), body);
    }

    private static async Task<IResult> KeptAsync(HttpContext http, IQuerySession session, Guid visitor, bool mustExist = false)
    {
        var kept = await new KeptOfVisitor(visitor).EventsAsync(session, MostEvents + 1, http.RequestAborted);
        if (mustExist && kept.Items.Count == 0)
            return new Problem(ProblemKind.NotFound, "Nothing is kept of such a visitor.");
        Reading.Index(http, kept.Index, kept.Lag);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new KeptBody(visitor, [.. kept.Items.Take(MostEvents)], kept.Items.Count > MostEvents), TrackBodies.Default.KeptBody);
    }

    private static IResult Answer(ErasedBody body) => Results.Json(body, TrackBodies.Default.ErasedBody);
}
