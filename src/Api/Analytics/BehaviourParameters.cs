using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Which sites, days and visitors a question is about: the same for all questions about behaviour.</summary>
internal static class BehaviourParameters
{
    private const int DefaultRows = 1_000, DefaultDays = 30;

    /// <summary>Describes them.</summary>
    public static RouteHandlerBuilder About(this RouteHandlerBuilder endpoint) => endpoint
        .Filter("siteId", "A site; may stand up to 100 times. Absent: all sites of the tenant.")
        .Filter("from", "First day, such as 2026-01-31; absent: 30 days with the last.")
        .Filter("to", "Last day, included; absent: today.")
        .Filter("timezone", "Of the days, such as Europe/Vienna; absent: the site's own, of several Etc/UTC.")
        .Filter("filter", "dimension:value or dimension:value|value, !dimension:value for others than it; may stand up to 10 times, all of them hold. (none) stands for there being no value.")
        .Filter("segment", "A segment: its filters hold too, and its conditions at the end of the last day.")
        .Filter("bots", "include: programs count too.");

    /// <summary>What a request asks, once it's sure that the caller may ask it of all sites that it names.</summary>
    /// <param name="http">The request.</param>
    /// <param name="configuration">Of sites.</param>
    /// <param name="time">Says what today is.</param>
    /// <param name="metric">Asked for where the request names none; null: the usual ones.</param>
    /// <exception cref="ProblemException">A parameter can't be understood, or the caller may not.</exception>
    public static async Task<BehaviourQuery> QueryAsync(HttpContext http, ConfigurationCache configuration, TimeProvider time, string? metric = null)
    {
        var (tenant, sites) = (Caller.Of(http).TenantId, await SitesAsync(http));
        var zone = Reading.Text(http, "timezone") ?? (sites is [var only] ? await ValueAsync(configuration, tenant, only, "timezone", http.RequestAborted) : "Etc/UTC");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) || !known.HasIanaId)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "timezone", "A time zone of the IANA database, such as Europe/Vienna."));
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), known).DateTime);
        var to = Day(http, "to") ?? today;
        var segment = await SegmentEndpoints.OfQuestionAsync(http, http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(tenant), sites);
        return new BehaviourQuery(
            sites, Day(http, "from") ?? to.AddDays(1 - DefaultDays), to, zone, Names(http, "metrics") is { Length: > 0 } metrics ? metrics : metric is null ? ["visitors", "visits", "page_views"] : [metric], Names(http, "dimensions"),
            [.. Filters(http), .. segment?.Filters ?? []], Reading.Text(http, "bots", "include") is not null,
            (int)(Reading.Number(http, "rows", 1, BehaviourQuery.MaxRows) ?? DefaultRows))
        { Conditions = segment?.Conditions ?? [] };
    }

    /// <summary>A text of a site's configuration that holds.</summary>
    public static async Task<string> ValueAsync(ConfigurationCache configuration, string tenant, Guid site, string name, CancellationToken cancel)
    {
        var key = PlatformKeys.All[name];
        return (await configuration.OfAsync(tenant, fresh: false, cancel)).PathTo(site) is { } path
            ? EffectiveConfiguration.Resolve([.. path.Select(level => level.Level)], key).Value.GetString()!
            : key.Default.GetString()!;
    }

    /// <summary>Sites that a request names; none: it's about all of the tenant.</summary>
    /// <exception cref="ProblemException">One of them is no id, or the caller may not ask of it.</exception>
    public static async Task<ImmutableArray<Guid>> SitesAsync(HttpContext http)
    {
        var named = Named(http);
        foreach (var site in named.Length == 0 ? [null] : named.Select(site => (Guid?)site))
            await SitesOfEndpoints.RequireSiteAsync(http, Permission.AnalyticsRead, site);
        return named;
    }

    private static ImmutableArray<Guid> Named(HttpContext http)
    {
        var sites = http.Request.Query["siteId"];
        if (sites.Count > BehaviourQuery.MaxSites)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", string.Create(CultureInfo.InvariantCulture, $"At most {BehaviourQuery.MaxSites} sites.")));
        return [.. sites.Select(site => Guid.TryParseExact(site, "D", out var id) ? id : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "siteId", "A UUID."))).Distinct()];
    }

    private static DateOnly? Day(HttpContext http, string name) => Reading.Text(http, name) is not { } text ? null
        // PostgreSQL's days and ours both go on beyond it; a difference of days has to as well.
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9000 ? day
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "A day such as 2026-01-31."));

    private static ImmutableArray<string> Names(HttpContext http, string name) => Reading.Text(http, name) is { } text ? [.. text.Split(',')] : [];

    private static ImmutableArray<BehaviourFilter> Filters(HttpContext http) => http.Request.Query["filter"] is { Count: <= BehaviourQuery.MaxFilters } filters ? [.. filters.Select(Filter)]
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "filter", $"At most {BehaviourQuery.MaxFilters} filters."));

    private static BehaviourFilter Filter(string? text)
    {
        if (text is null || text.Length > 2_000 || text.Contains('\0') || text.IndexOf(':') is not (> 0 and var end))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "filter", "Such as country:BR|US or !device:mobile; at most 2000 characters."));
        var isNegated = text[0] == '!';
        return new BehaviourFilter(text[(isNegated ? 1 : 0)..end], [.. text[(end + 1)..].Split('|')], isNegated);
    }
}
