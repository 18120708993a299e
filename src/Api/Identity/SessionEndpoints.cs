using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Who is signed in, and the end of that.</summary>
public static class SessionEndpoints
{
    private static readonly Sessions Details = new();
    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapSessions(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sign-in");

        sessions.MapVerb("/{id:guid}/end", Json.EmptyBody, (_, to) => new EndSession(to.Id, SessionEnd.Revoked), SignInCommands.End, optional: true)
            .Requires(Permission.UsersManage).Describe("EndSession", "End somebody's session", "Within a second, on every node.");
        sessions.MapGet("/", ListAsync).Requires(Permission.UsersRead).Collection<SessionDetails>()
            .Describe("ListSessions", "Sessions of the tenant's people", "In the order in which their ids are; those that are over among them.").Filter("subject", "Only whoever has this subject");
        sessions.MapGet("/{id:guid}", GetAsync).Requires(Permission.UsersRead).Resource<SessionDetails>()
            .Describe("GetSession", "A session, as it is or was", "Read from its stream: never stale.");
        api.MapVerb("/me/sign-out", Json.EmptyBody, (_, to) => new EndSession(to.Caller.SessionId ?? Guid.Empty, SessionEnd.SignedOut), SignInCommands.End, optional: true,
                after: new AfterCommand(typeof(SignedOut), Json, ForgetAsync)).WithTags("Sign-in")
            .ForAnyCaller().Describe("SignOut", "End one's own session", "And forget its cookie. At the provider one stays signed in until the browser has gone where the answer says. 404 for who came with a token: tokens end by themselves.");
    }

    private static async Task<Func<Receipt, object>> ForgetAsync(HttpContext http, Receipt receipt)
    {
        var cookie = http.RequestServices.GetRequiredService<SessionCookie>();
        var url = cookie.Read(http.Request) is { } ticket ? await ProviderUrlAsync(http, ticket) : null;
        cookie.Remove(http);
        return answered => new SignedOut(answered.StreamId, answered.Version, answered.Events, answered.Timestamp, answered.State, url);
    }

    // The session has ended here, whatever becomes of that at the provider; while it's asked, others of the tenant may work.
    private static async Task<string?> ProviderUrlAsync(HttpContext http, SessionTicket ticket)
    {
        http.Features.Get<HeldTurn>()?.Leave();
        var services = http.RequestServices;
        var provider = (await services.GetRequiredService<SignInModels>().OfAsync(ticket.Tenant, http.RequestAborted)).Providers.GetValueOrDefault(ticket.Provider);
        try
        {
            return provider is not null && (await services.GetRequiredService<ProviderClient>().DescribeAsync(ticket.Tenant, provider.Issuer, http.RequestAborted)).EndSession is { } place
                ? QueryHelpers.AddQueryString(place.AbsoluteUri, "client_id", provider.ClientId) : null;
        }
        catch (ProviderException)
        {
            return null;
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, subject) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Text(http, "subject"));
        await Reading.AwaitAsync(http, session, SessionDetails.ReadModel);
        return Reading.Page(http, await SessionDetails.ListAsync(session, subject, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var kept = await Reading.FoldAsync(http, store, Details, id);
        return Reading.Single(http, kept?.Session, kept?.Session.Version ?? 0, IdentityReadJson.Default.SessionDetails);
    }
}
