using System.Collections.Immutable;
using Platform.Api.Analytics;
using Platform.Api.Experiments;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Content;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.Processors.Experiments;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;

namespace Platform.Api.Personalization;

/// <summary>Pages of sites as a visitor is shown them, for the program that serves the site.</summary>
public static class DeliveryEndpoints
{
    private const string Visitor = "X-Visitor", Country = "X-Country", Agent = "X-Visitor-User-Agent", Audience = "X-Audience";

    // Of the request, for rules: variants by the keys of the experiments that the page has.
    private const string Experiments = "experiments";

    // By which headers of the request each attribute comes.
    private static readonly ImmutableSortedDictionary<string, string[]> Headers = new Dictionary<string, string[]>
    {
        [ConditionContext.Profile] = [Visitor, "Cookie"],
        [Experiments] = [Visitor],
        ["country"] = [Country],
        ["device"] = [Agent],
        ["browser"] = [Agent],
        ["system"] = [Agent],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The site that has the host; another tenant's isn't there.</summary>
    private static SitesOfRequest OfHost { get; } = new("the site that has the host", async (http, _) => await SiteAsync(http) is { } site ? [site.SiteId] : []);

    public static void MapDelivery(this RouteGroupBuilder api) =>
        api.MapGet("/delivery/{host}/{**path}", DeliverAsync).WithTags("Personalization").Requires(Permission.DeliveryRead).OfSite(OfHost).Tagged<DeliveryAnswer>()
            .Filter("locale", "Language tag, required: slugs are by locale")
            .Filter("explain", "true: with what became of each rule, for callers with rules.read")
            .WithMetadata(
                new HeaderParameter(Visitor, "What the visitor's cookie says, if they have one: a UUID"), new HeaderParameter(Country, "Two letters, where the visitor's country is known"),
                new HeaderParameter(Agent, "The visitor's user agent, by which device, browser and system are told"))
            .Describe("DeliverPage", "What a visitor is shown on a page",
                "For the program that serves a site: the item that has the path, in the visitor's locale, with what experiments and rules show instead of it, put in slots, fill with recommendations, say to templates, or where "
                + "they send the visitor. What is changed counts within two seconds. Vary names only what the page's rules and experiments look at, so that whatever they don't is served from a cache to everybody; "
                + "X-Audience is the same for all who are shown the same by them. A visitor's preference cookie, passed on, stands in where nothing else is known.");

    private static async Task<IResult> DeliverAsync(
        HttpContext http, string host, string? path, RuleModels models, ExperimentModels experiments, VisitorModels visitors, DeliveredPages pages, VisitorNumbers numbers, UserAgents agents, PreferenceCookie cookies,
        ConfigurationCache configurations, TimeProvider time)
    {
        var tenant = Caller.Of(http).TenantId;
        if (await SiteAsync(http) is not { } site)
            return new Problem(ProblemKind.NotFound, $"No site of the tenant has the host {host}.");
        var (locale, slug, page) = (Reading.Text(http, "locale"), path ?? "", $"/{path}");
        if (Locale.Problem(locale) is { } problem)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "locale", problem));
        var explains = Reading.Text(http, "explain", "true", "false") == "true";
        if (explains)
            await SitesOfEndpoints.RequireSiteAsync(http, Permission.RulesRead, site.SiteId);
        var (rules, _) = await models.OfAsync(tenant, site.SiteId, http.RequestAborted) ?? throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such site."));
        var above = await configurations.UpAsync(tenant, site.SiteId, http.RequestAborted);
        var (plans, holdout, _) = await experiments.OfAsync(tenant, http.RequestAborted);
        var (attributes, cookie) = (AttributesOf(http, agents), CookieOf(http));
        var number = cookie is { } said ? numbers.Of(tenant, said) : (Guid?)null;
        var visitor = number is { } one ? await visitors.OfAsync(tenant, one, http.RequestAborted) : null;
        var stored = visitor is { IsAny: true } ? null : cookies.Read(http, tenant)?.Attributes();
        var now = CommandTarget.NowOf(time);
        var tried = plans.IsEmpty ? PageExperiments.None : On(page);
        var context = RequestContext.Of(visitor, above, With(Experiments, tried.Given.IsEmpty ? null
            : AttributeValue.Of(tried.Given.ToDictionary(given => given.Key, given => AttributeValue.Of(given.Value.Variant), StringComparer.Ordinal))), page, stored);
        Func<string, RuleOutcome>? before = plans.IsEmpty ? null : other => other == page ? tried.Outcome : On(other).Outcome;
        var (outcome, trace) = explains ? rules.Explain(page, context, now, before) : (rules.Decide(page, context, now, before), []);
        Cache(http, rules.DependsOn(page), PageExperiments.DependOn(plans, site.SiteId, page), explains);
        var asked = new PageQuestion(tenant, site.SiteId, page, slug, locale!, outcome, tried.Given, number, now);
        var (shown, index, lag) = await pages.ShownAsync(asked, http.RequestAborted);
        Reading.Index(http, index, lag);
        if (shown is not { Answer: var answer, NotShown: var hidden })
            return new Problem(ProblemKind.NotFound, "Nothing stands there.");
        http.Response.Headers[Audience] = answer.Audience;
        if (explains)
            answer = answer with { Why = new(context.Attributes, [.. context.Segments.Order()], trace, hidden) };
        return Reading.Hashed(http, answer, DeliveryJson.Default.DeliveryAnswer);

        // Who is tried on is told by their cookie, which nothing but the drawing looks at.
        PageExperiments On(string of) => PageExperiments.On(
            plans, new(RequestContext.Of(visitor, above, With("id", cookie is { } id ? AttributeValue.Of(id.ToString()) : null), of, stored), ImmutableDictionary<string, FlagPlan>.Empty) { At = now },
            site.SiteId, of, holdout);

        Dictionary<string, AttributeValue> With(string name, AttributeValue? value)
        {
            var all = new Dictionary<string, AttributeValue>(attributes, StringComparer.Ordinal);
            if (value is { } some) all[name] = some;
            return all;
        }
    }

    private static async Task<HostedSite?> SiteAsync(HttpContext http) =>
        http.GetRouteValue("host") is string host && await http.RequestServices.GetRequiredService<SiteHosts>().FindAsync(host.ToLowerInvariant(), http.RequestAborted) is { } site
            && site.TenantId == Caller.Of(http).TenantId ? site : null;

    private static Guid? CookieOf(HttpContext http) => http.Request.Headers[Visitor].ToString() is not { Length: > 0 } said ? null
        : Guid.TryParseExact(said, "D", out var cookie) ? cookie : throw new ProblemException(Problem.Field(ProblemKind.Invalid, Visitor, "What the visitor's cookie says: a UUID."));

    private static Dictionary<string, AttributeValue> AttributesOf(HttpContext http, UserAgents agents)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        if (http.Request.Headers[Country].ToString() is { Length: 2 } country)
            attributes["country"] = AttributeValue.Of(country.ToUpperInvariant());
        if (http.Request.Headers[Agent].ToString() is { Length: > 0 } agent && agents.Classify(agent) is var device)
            (attributes["device"], attributes["browser"], attributes["system"]) = (AttributeValue.Of(device.Kind), AttributeValue.Of(device.Browser), AttributeValue.Of(device.System));
        return attributes;
    }

    // Answers that no condition of a visitor has a part in are everybody's.
    private static void Cache(HttpContext http, ImmutableSortedSet<string> ofRules, ImmutableSortedSet<string>? ofExperiments, bool explains)
    {
        var attributes = ofExperiments is null ? ofRules : ofRules.Union(ofExperiments).Add(Experiments);
        var headers = attributes.SelectMany(name => Headers.GetValueOrDefault(name, [])).Distinct().ToList();
        if (headers.Count > 0) http.Response.Headers.Vary = string.Join(", ", headers);
        var isPrivate = attributes.Contains(ConditionContext.Profile) || attributes.Contains(Experiments);
        http.Response.Headers.CacheControl = explains ? "no-store" : isPrivate ? "private, no-cache" : "public, max-age=10";
    }
}
