using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Analytics;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;
using Platform.Projections.Content;

namespace Platform.Api.Personalization;

/// <summary>Pages of sites as a visitor is shown them, for the program that serves the site.</summary>
public static class DeliveryEndpoints
{
    private const string Visitor = "X-Visitor", Country = "X-Country", Agent = "X-Visitor-User-Agent", Audience = "X-Audience";

    // By which header of the request each attribute comes.
    private static readonly ImmutableSortedDictionary<string, string> Headers = new Dictionary<string, string>
    {
        ["profile"] = $"{Visitor}, Cookie",
        ["country"] = Country,
        ["device"] = Agent,
        ["browser"] = Agent,
        ["system"] = Agent,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The site that has the host; another tenant's isn't there.</summary>
    private static SitesOfRequest OfHost { get; } = new("the site that has the host", async (http, _) => await SiteAsync(http) is { } site ? [site.SiteId] : []);

    public static void MapDelivery(this RouteGroupBuilder api) =>
        api.MapGet("/delivery/{host}/{**path}", DeliverAsync).WithTags("Personalization").Requires(Permission.DeliveryRead).OfSite(OfHost).Answers<DeliveryAnswer>().Problems(ProblemKind.NotFound)
            .Filter("locale", "Language tag, required: slugs are by locale")
            .Filter("explain", "true: with what became of each rule, for callers with rules.read")
            .WithMetadata(
                new HeaderParameter(Visitor, "What the visitor's cookie says, if they have one: a UUID"), new HeaderParameter(Country, "Two letters, where the visitor's country is known"),
                new HeaderParameter(Agent, "The visitor's user agent, by which device, browser and system are told"))
            .Describe("DeliverPage", "What a visitor is shown on a page",
                "For the program that serves a site: the item that has the path, in the visitor's locale, with what rules show instead of it, put in slots, say to templates, or where they send the visitor. "
                + "Vary names only what the page's rules look at, so that whatever they don't is served from a cache to everybody; X-Audience is the same for all who are shown the same by them. A visitor's preference cookie, passed on, stands in where nothing else is known.");

    private static async Task<IResult> DeliverAsync(HttpContext http, string host, string? path, IDocumentStore store, RuleModels models, VisitorModels visitors, VisitorNumbers numbers, UserAgents agents, PreferenceCookie cookies, ConfigurationCache configurations, TimeProvider time)
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
        var context = await ContextAsync(http, tenant, above, page, visitors, numbers, agents, cookies);
        var now = CommandTarget.NowOf(time);
        var (outcome, trace) = explains ? rules.Explain(page, context, now) : (rules.Decide(page, context, now), []);
        var audience = AudienceOf(outcome);
        Cache(http, rules.DependsOn(page), audience, explains);
        var answer = await ShownAsync(http, store.QuerySession(tenant), site.SiteId, page, slug, locale!, outcome, audience, now);
        if (answer is null)
            return new Problem(ProblemKind.NotFound, "Nothing stands there.");
        var (shown, hidden) = answer.Value;
        return Results.Json(explains ? shown with { Why = new(context.Attributes, [.. context.Segments.Order()], trace, hidden) } : shown, DeliveryJson.Default.DeliveryAnswer);
    }

    private static async Task<HostedSite?> SiteAsync(HttpContext http) =>
        http.GetRouteValue("host") is string host && await http.RequestServices.GetRequiredService<SiteHosts>().FindAsync(host.ToLowerInvariant(), http.RequestAborted) is { } site
            && site.TenantId == Caller.Of(http).TenantId ? site : null;

    private static async Task<ConditionContext> ContextAsync(HttpContext http, string tenant, ImmutableArray<Guid> above, string page, VisitorModels visitors, VisitorNumbers numbers, UserAgents agents, PreferenceCookie cookies)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        if (http.Request.Headers[Country].ToString() is { Length: 2 } country)
            attributes["country"] = AttributeValue.Of(country.ToUpperInvariant());
        if (http.Request.Headers[Agent].ToString() is { Length: > 0 } agent && agents.Classify(agent) is var device)
            (attributes["device"], attributes["browser"], attributes["system"]) = (AttributeValue.Of(device.Kind), AttributeValue.Of(device.Browser), AttributeValue.Of(device.System));
        KnownVisitor? visitor = null;
        if (http.Request.Headers[Visitor].ToString() is { Length: > 0 } said)
            visitor = Guid.TryParseExact(said, "D", out var cookie) ? await visitors.OfAsync(tenant, numbers.Of(tenant, cookie), http.RequestAborted)
                : throw new ProblemException(Problem.Field(ProblemKind.Invalid, Visitor, "What the visitor's cookie says: a UUID."));
        return RequestContext.Of(visitor, above, attributes, page, visitor is { IsAny: true } ? null : cookies.Read(http, tenant)?.Attributes());
    }

    // Answers that no condition of a visitor has a part in are everybody's.
    private static void Cache(HttpContext http, ImmutableSortedSet<string> attributes, string audience, bool explains)
    {
        var headers = attributes.Select(name => Headers.GetValueOrDefault(name)).OfType<string>().Distinct().ToList();
        if (headers.Count > 0) http.Response.Headers.Vary = string.Join(", ", headers);
        http.Response.Headers.CacheControl = explains ? "no-store" : attributes.Contains("profile") ? "private, no-cache" : "public, max-age=10";
        http.Response.Headers[Audience] = audience;
    }

    private static string AudienceOf(RuleOutcome outcome)
    {
        var text = new StringBuilder().Append(outcome.Redirect).Append('\n');
        foreach (var (of, item) in outcome.Variants.OrderBy(variant => variant.Key)) text.Append(of).Append(' ').Append(item).Append('\n');
        foreach (var (slot, item) in outcome.Slots) text.Append(slot).Append(' ').Append(item).Append('\n');
        foreach (var (name, value) in outcome.Attributes) text.Append(name).Append(' ').Append(System.Text.Json.JsonSerializer.Serialize(value, DeliveryJson.Default.AttributeValue)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    // Null: nothing has the path, and nobody is sent elsewhere.
    private static async Task<(DeliveryAnswer Answer, IReadOnlyList<Guid> Hidden)?> ShownAsync(
        HttpContext http, IQuerySession session, Guid siteId, string page, string slug, string locale, RuleOutcome outcome, string audience, DateTimeOffset now)
    {
        // What can't be a slug stands nowhere.
        var found = await SlugTarget.FindAsync(session, siteId, locale, Slug.Problem(slug) is null ? slug : "", http.RequestAborted);
        Reading.Index(http, found);
        var target = found.Items is [var first, ..] ? first : null;
        var redirect = outcome.Redirect ?? (target?.CurrentSlug is { } current ? $"/{current}" : null);
        if (redirect is null && target is null && slug.Length > 0)
            return null;
        var wanted = target is null || redirect is not null ? null : outcome.Variants.TryGetValue(target.ItemId, out var variant) ? variant : (Guid?)target.ItemId;
        var slots = redirect is null ? outcome.Slots : outcome.Slots.Clear();
        HashSet<Guid> asked = [.. slots.Values];
        if (wanted is { } instead && instead != target!.ItemId) asked.Add(instead);
        var allowed = await AllowedAsync(session, siteId, asked, now, http.RequestAborted);
        // What the site may not show isn't shown instead of what it may.
        if (wanted is { } replaced && asked.Contains(replaced) && !allowed.Contains(replaced) && replaced != target!.ItemId) wanted = target.ItemId;
        var item = wanted is { } id ? (await ResolvedItem.FindAsync(session, id, locale, isLive: true, depth: 1, http.RequestAborted)).Item : null;
        if (wanted is not null && item is null)
            return null;
        var shown = ImmutableSortedDictionary.CreateBuilder<string, ResolvedItem>(StringComparer.Ordinal);
        foreach (var (slot, of) in slots.Where(slot => allowed.Contains(slot.Value)))
            if ((await ResolvedItem.FindAsync(session, of, locale, isLive: true, depth: 1, http.RequestAborted)).Item is { } held)
                shown.Add(slot, held);
        return (new DeliveryAnswer(
            siteId, page, locale, audience, redirect, item, wanted is { } other && other != target!.ItemId ? target.ItemId : null, shown.ToImmutable(), outcome.Attributes, null), [.. asked.Except(allowed).Order()]);
    }

    private static async Task<HashSet<Guid>> AllowedAsync(IQuerySession session, Guid siteId, HashSet<Guid> items, DateTimeOffset now, CancellationToken cancel)
    {
        if (items.Count == 0) return [];
        var found = (await SiteItems.AmongAsync(session, siteId, items, cancel)).Items;
        var gate = found.Any(item => item.Pooled is not null) ? await GateDetails.FindAsync(session, siteId, null, cancel) : null;
        var admits = SiteGate.Admits(gate?.Rules ?? [], now);
        return [.. found.Where(item => item.Pooled is not { } pooled || admits(pooled)).Select(item => item.Id)];
    }
}
