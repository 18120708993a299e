using Platform.Api.Analytics;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;
using Platform.Projections.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What visitors may see of their profile and say for it: who has a visitor's cookie is the visitor.</summary>
internal static class OwnProfileEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static PersonalizationBodies Json => PersonalizationBodies.Default;

    public static void MapOwnProfile(this RouteGroupBuilder api)
    {
        api.MapPost("/track/preferences", PreferAsync).OfVisitors<PreferencesBody>().WithTags("Personalization").Produces<ProfileBody>()
            .Describe("SetOwnPreferences", "What I prefer", "For a page of a site, with what the visitor's cookie says. Counts at once; on the site's own host the answer sets a sealed cookie with it, which pages are personalised by where nothing else is known.");
        api.MapPost("/track/profile", ShowAsync).OfVisitors<VisitorCookieBody>().WithTags("Personalization").Produces<ProfileBody>()
            .Describe("ShowOwnProfile", "What is made of what I did", "For a page of a site, with what the visitor's cookie says: the profile that pages are personalised by. POST /api/track/visitor has the events it's made of.");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers, IDocumentStore store, VisitorModels visitors)
    {
        var (tenant, visitor, _) = await VisitorRightsEndpoints.VisitorAsync(http, TrackBodies.Default.VisitorCookieBody, body => body.Visitor, hosts, tenants, numbers);
        return await AnswerAsync(http, store.QuerySession(tenant), visitor, visitors);
    }

    private static async Task<IResult> PreferAsync(
        HttpContext http, SiteHosts hosts, TenantRegister tenants, VisitorNumbers numbers, IDocumentStore store, CommandRunner runner, VisitorModels visitors, PreferenceCookie cookies)
    {
        var (tenant, visitor, body) = await VisitorRightsEndpoints.VisitorAsync(http, Json.PreferencesBody, body => body.Visitor, hosts, tenants, numbers);
        var command = new SetPreferences(visitor, body.Preferences ?? Fields.Empty);
        if (await VisitorRightsEndpoints.RunAsync(
                http, runner, tenant, (session, cancel) => session.DecideAsync<VisitorChoices>(VisitorChoices.IdOf(visitor), state => SetPreferences.Decide(command, state), cancel)) is { } problem)
            return problem;
        var session = store.QuerySession(tenant);
        if (!await session.WaitForAllAsync(VisitorChoicesDetails.ReadModel, Patience, http.RequestAborted))
            throw new TimeoutException($"The read model {VisitorChoicesDetails.ReadModel} is behind the log.");
        return await AnswerAsync(http, session, visitor, visitors, known => cookies.Write(http, tenant, CookiePreferences.Of(known.Profile)));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, IQuerySession session, Guid visitor, VisitorModels visitors, Action<KnownVisitor>? first = null)
    {
        var known = await visitors.ReadAsync(session, visitor, http.RequestAborted);
        first?.Invoke(known);
        Reading.Index(http, known.Found.Index, known.Found.Lag);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(await ProfileEndpoints.OfAsync(known, session, http.RequestAborted), Json.ProfileBody);
    }
}
