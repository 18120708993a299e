using System.Diagnostics;
using System.Net;
using Platform.Api.Http;
using Platform.Api.Monitoring;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Processors.Sites;

namespace Platform.Api.Analytics;

/// <summary>Where visitors' events come in: from pages, without a token, and from records of the past.</summary>
internal static class TrackEndpoints
{
    private const string Visitors = "visitors";

    public static void MapTrack(this RouteGroupBuilder api)
    {
        api.MapPost("/track", TrackAsync).WithTags("Analytics").WithMetadata(new PublicEndpoint(), new NamedByIds())
            .Accepts<TrackBody>("application/json", "text/plain").Produces<TrackReceipt>()
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid, ProblemKind.RateLimited, ProblemKind.Unavailable)
            .Describe("Track", "What happened on a page",
                "One event or an array of up to 1,000, from a page of a site: which site is said by the host that is asked, or by the page's origin. On disk and in the ledger when it's answered; an event that is sent again is a duplicate. gzip is understood. Browsers that send DNT: 1 or Sec-GPC: 1 are ignored.");
        api.MapPost("/sites/{id:guid}/track", ReplayAsync).WithTags("Analytics").Requires(Permission.AnalyticsReplay).OfSite()
            .Accepts<ReplayedBody>("application/json").Produces<TrackReceipt>().WithMetadata(new RatedAs(RateClass.Write), new NamedByIds())
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid)
            .Describe("ReplayTrack", "Events of the past, with their times",
                "One event or an array of up to 1,000, as a record of the past has them: they keep their times and are marked as replayed. An event that is sent again within two days is a duplicate. ./platform replay does it with whole files.");
    }

    private static async Task<IResult> TrackAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants, UserAgents agents, Countries countries, VisitorNumbers numbers, OpenVisits visits, BehaviourCollector collector, TimeProvider time)
    {
        AllowPages(http);
        var bodies = await TrackedEvents.ReadAsync(http, TrackBodies.Default.TrackBody);
        var site = await RequireSiteAsync(http, hosts, tenants);
        http.Features.Set(new TenantOfRequest(site.TenantId));
        if (http.Request.Headers["DNT"] == "1" || http.Request.Headers["Sec-GPC"] == "1")
            return Answer(new TrackReceipt(0, 0, bodies.Count));

        var (now, userAgent, address) = (CommandTarget.NowOf(time), http.Request.Headers.UserAgent.ToString(), http.Connection.RemoteIpAddress);
        var (device, country) = (agents.Classify(userAgent), address is null ? null : countries.Of(address));
        Guid? anonymous = null;
        var recognised = new Dictionary<Guid, Guid>();
        return await CollectAsync(http, collector, new EventStore.SessionOptions(site.TenantId, Visitors, "track", Arrivals.CorrelationId(http), Activity.Current?.Id), bodies, body =>
        {
            var visitor = body.Visitor is { } cookie ? Recognised(cookie) : anonymous ??= numbers.Of(site.TenantId, site.SiteId, address, userAgent, now, visits);
            return Track.Decide(body.Command(), new TrackingSource(site.SiteId, site.Hosts, visitor, now, device, country, IsRecognised: body.Visitor is not null));
        });

        // A queue is of few visitors.
        Guid Recognised(Guid cookie) => recognised.TryGetValue(cookie, out var number) ? number : recognised[cookie] = numbers.Of(site.TenantId, cookie);
    }

    private static async Task<IResult> ReplayAsync(HttpContext http, Guid id, IDocumentStore store, UserAgents agents, Countries countries, VisitorNumbers numbers, BehaviourCollector collector, TimeProvider time)
    {
        var caller = Caller.Of(http);
        var bodies = await TrackedEvents.ReadAsync(http, TrackBodies.Default.ReplayedBody);
        if ((await store.QuerySession(caller.TenantId).Events.AggregateStreamAsync<Site>(id, cancel: http.RequestAborted)).State is not { Exists: true })
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var now = CommandTarget.NowOf(time);
        return await CollectAsync(http, collector, new EventStore.SessionOptions(caller.TenantId, caller.Subject, "replay", Arrivals.CorrelationId(http), Activity.Current?.Id), bodies, body =>
        {
            var address = IPAddress.TryParse(body.Address, out var parsed) ? parsed : null;
            var visitor = numbers.Of(caller.TenantId, body.Visitor ?? $"{body.Address}\n{body.UserAgent}");
            return body.Decide(new TrackingSource(id, null, visitor, now, DeviceOf(agents, body), body.Country ?? (address is null ? null : countries.Of(address)), IsReplay: true, IsRecognised: body.Visitor is not null));
        });
    }

    // Who kept the record may have told bots otherwise.
    private static Device DeviceOf(UserAgents agents, ReplayedBody body) => agents.Classify(body.UserAgent) is var device && body.Bot is { } isBot ? device with { IsBot = isBot } : device;

    private static async Task<IResult> CollectAsync<T>(HttpContext http, BehaviourCollector collector, EventStore.SessionOptions who, IReadOnlyList<(string At, T Value)> bodies, Func<T, Decision> decide)
    {
        var (events, errors) = (new List<IHitEvent>(bodies.Count), new FieldErrors());
        foreach (var (at, body) in bodies)
        {
            var decision = decide(body);
            if (decision.Rejection is { } rejection)
                errors.Add(at, rejection);
            else
                events.AddRange(decision.Events.Cast<IHitEvent>());
        }
        if (errors.Rejection is { } rejected)
            return CommandEndpoints.OfRejection(rejected);
        try
        {
            var collected = await collector.AddAsync(who, events);
            return Answer(new TrackReceipt(collected.Accepted, collected.Duplicates));
        }
        catch (CollectorFullException e)
        {
            http.Response.Headers.RetryAfter = "1";
            return new Problem(ProblemKind.Unavailable, e.Message);
        }
    }

    private static IResult Answer(TrackReceipt receipt) => Results.Json(receipt, TrackBodies.Default.TrackReceipt);

    /// <summary>The tenant of the site that a page is of.</summary>
    /// <exception cref="ProblemException">No site has the host, or it isn't served now.</exception>
    internal static async Task<HostedSite> RequireSiteAsync(HttpContext http, SiteHosts hosts, TenantRegister tenants)
    {
        if (await SiteOfAsync(http, hosts) is not { } site)
            throw new ProblemException(new Problem(ProblemKind.NotFound, "No site has this host: neither the host that was asked nor the page's origin is a verified domain of a site."));
        return await tenants.StatusOfAsync(site.TenantId, http.RequestAborted) == TenantStatus.Active ? site : throw new ProblemException(new Problem(ProblemKind.NotFound, "The site isn't served now."));
    }

    // Trackers look at every answer, from pages of other hosts: what is refused isn't sent again. Last of all, for who answers with a problem begins the answer anew.
    internal static void AllowPages(HttpContext http) => http.Response.OnStarting(() =>
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return Task.CompletedTask;
    });

    // The site's own host, or, where the platform is asked at another, the page's: a browser doesn't let pages choose their origin.
    private static async ValueTask<HostedSite?> SiteOfAsync(HttpContext http, SiteHosts hosts) =>
        await hosts.FindAsync(http.Request.Host.Host.ToLowerInvariant(), http.RequestAborted)
        ?? (Uri.TryCreate(http.Request.Headers.Origin, UriKind.Absolute, out var origin) ? await hosts.FindAsync(origin.IdnHost.ToLowerInvariant(), http.RequestAborted) : null);
}
