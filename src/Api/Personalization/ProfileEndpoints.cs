using Platform.Api.Analytics;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;
using Platform.Projections.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What is known of visitors who agreed to be recognised, and of what.</summary>
public static class ProfileEndpoints
{
    private const int MostReasons = 100, MostMemberships = 100, LongestPerson = 200;

    private static readonly ProfileSettingsProjection Settings = new();

    private static PersonalizationBodies Json => PersonalizationBodies.Default;

    public static void MapProfiles(this RouteGroupBuilder api)
    {
        var numbers = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<VisitorNumbers>();
        var group = api.MapGroup("/personalization").WithTags("Personalization");
        group.MapReplace("/profile-settings", Json.ProfileSettingsBody, (body, _) => body.Command(),
                (command, session, cancel) => session.DecideAsync<ProfileSettings>(ProfileSettings.Id, state => SetProfileSettings.Decide(command, state), cancel))
            .Requires(Permission.ProfilesManage).Describe("SetProfileSettings", "Say what profiles of visitors are made of", "Counts at once, also for what was before: profiles are made of what visitors did whenever they are looked at.");
        group.MapGet("/profile-settings", SettingsAsync).Requires(Permission.ProfilesRead).Resource<ProfileSettingsDetails>()
            .Describe("GetProfileSettings", "What profiles of visitors are made of", "Version 0: nothing was said, and topics, sections and items count.");
        group.MapReplace("/visitors/identity", Json.VisitorIdentityBody, (body, _) => body, (body, session, cancel) => Identify(body, numbers, session, cancel))
            .Requires(Permission.ProfilesManage).Describe("IdentifyVisitor", "Say who a visitor is",
                "For a site's server, when somebody signs in, or, without person, when they sign out on a machine of others: visitors that are one person have one profile. Under a number that is an HMAC of what the site calls them.");
        group.MapGet("/visitors/{id:guid}", ProfileAsync).Requires(Permission.ProfilesRead).Counted<ProfileBody>().Problems(ProblemKind.NotFound)
            .Filter("siteId", "Segments are those that are for this site; absent: all that the visitor is in.")
            .Describe("GetVisitorProfile", "What is known of a visitor", "By their number, or a person's, of the latest 1,000 things that they did.");
        group.MapGet("/visitors/{id:guid}/why", WhyAsync).Requires(Permission.ProfilesRead).Counted<AttributeReasonsBody>().Problems(ProblemKind.NotFound)
            .Filter("attribute", "As conditions name it within a profile, such as visits, country, top.topic or affinity.topic.sport.")
            .Describe("ExplainVisitorAttribute", "What an attribute of a visitor comes of", "Each act with its event in the ledger and what it weighs by now.");
    }

    private static Task<IResult> SettingsAsync(HttpContext http, IDocumentStore store) =>
        Reading.SettingAsync(http, store, Settings, ProfileSettings.Id, ProfileSettingsDetails.Usual, settings => settings.Version, PersonalizationReadJson.Default.ProfileSettingsDetails);

    private static Task<Handled> Identify(VisitorIdentityBody body, VisitorNumbers numbers, IDocumentSession session, CancellationToken cancel)
    {
        var errors = new FieldErrors().Add("visitor", body.Visitor is null ? "What the browser's cookie says: a UUID." : null)
            .Add("person", body.Person is { Length: 0 or > LongestPerson } ? $"Must have 1 to {LongestPerson} characters." : null);
        if (errors.Rejection is { } invalid) return Task.FromResult(new Handled(VisitorChoices.IdOf(Guid.Empty), 0, invalid));
        var visitor = numbers.Of(session.TenantId, body.Visitor!.Value);
        return session.DecideAsync<VisitorChoices>(VisitorChoices.IdOf(visitor), state => body.Person is { } person
            ? IdentifyVisitor.Decide(new(visitor, numbers.OfPerson(session.TenantId, person)), state)
            : SeparateVisitor.Decide(new(visitor), state), cancel);
    }

    private static async Task<IResult> ProfileAsync(HttpContext http, Guid id, IDocumentStore store, VisitorModels visitors, ConfigurationCache configurations)
    {
        var (session, site) = (store.QuerySession(Caller.Of(http).TenantId), Reading.Uuid(http, "siteId"));
        var visitor = await FindAsync(http, id, store, visitors);
        var body = await OfAsync(visitor, session, http.RequestAborted);
        if (site is { } asking)
            body = body with { Segments = [.. visitor.SegmentsOn(await configurations.UpAsync(session.TenantId, asking, http.RequestAborted)).Order()] };
        return Results.Json(body, Json.ProfileBody);
    }

    private static async Task<IResult> WhyAsync(HttpContext http, Guid id, IDocumentStore store, VisitorModels visitors, TimeProvider time)
    {
        var visitor = await FindAsync(http, id, store, visitors);
        return Reading.Text(http, "attribute") is { } attribute
            ? Results.Json(Why(visitor, attribute, time), Json.AttributeReasonsBody)
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "attribute", "An attribute of profiles, such as visits or affinity.topic.sport."));
    }

    /// <summary>What an attribute comes of.</summary>
    /// <exception cref="ProblemException">There is no such attribute.</exception>
    internal static AttributeReasonsBody Why(KnownVisitor visitor, string attribute, TimeProvider time)
    {
        var (path, said) = (new AttributePath(attribute), attribute.StartsWith("preferences.", StringComparison.Ordinal));
        var value = path.Of(visitor.Attributes);
        var reasons = said && !value.IsNull ? [] : VisitorProfile.Why(attribute, visitor.Found.Acts, visitor.Settings, time.GetUtcNow())
            ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "attribute", "The visitor has no such attribute."));
        return new(attribute, value, [.. reasons.Take(MostReasons)], reasons.Length > MostReasons);
    }

    internal static async Task<ProfileBody> OfAsync(KnownVisitor visitor, IQuerySession session, CancellationToken cancel)
    {
        var profile = visitor.Profile;
        // Who took the consent back has none, though it's some seconds until it's recorded.
        var memberships = visitor.Found.Acts.IsEmpty ? [] : (await SegmentMembers.OfVisitorsAsync(session, visitor.Found.Visitors, isOpen: false, MostMemberships, cancel)).Items;
        return new(
            visitor.Found.Visitors, profile.FirstSeen, profile.LastSeen, profile.Visits, profile.PageViews, profile.Affinities, profile.Devices, profile.Countries, profile.Preferences,
            [.. visitor.Segments.Order()], [.. memberships], visitor.Attributes);
    }

    private static async Task<KnownVisitor> FindAsync(HttpContext http, Guid id, IDocumentStore store, VisitorModels visitors)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        await Reading.AwaitAsync(http, session, VisitorActs.ReadModel);
        await Reading.AwaitAsync(http, session, VisitorChoicesDetails.ReadModel);
        var visitor = await visitors.ReadAsync(session, id, http.RequestAborted);
        Reading.Index(http, visitor.Found.Index, visitor.Found.Lag);
        http.Response.Headers.CacheControl = "no-store";
        return visitor.IsAny ? visitor : throw new ProblemException(new Problem(ProblemKind.NotFound, "Nothing is known of such a visitor."));
    }
}
