namespace Platform.Domain.Analytics;

/// <summary>What all events of a visit say: which one it is, whose, when, where and with what. Nothing in it is an address, a name or a whole user agent.</summary>
/// <param name="EventId">The client's id of the event, the same however often it's sent.</param>
/// <param name="SiteId">The site.</param>
/// <param name="VisitorId">A number for the visitor that no address or cookie can be had back from; without a cookie another one each day.</param>
/// <param name="At">When it happened, by the platform's clock.</param>
/// <param name="Page">Path of the page, without query; at most <see cref="Track.MaxPath"/> characters.</param>
/// <param name="Device">desktop, mobile, tablet, tv or other.</param>
/// <param name="Referrer">Host that led there, unless it's the site's own.</param>
/// <param name="Campaign">What the link said of itself.</param>
/// <param name="Country">Two letters of ISO 3166-1; null: unknown.</param>
/// <param name="Browser">Family, without version.</param>
/// <param name="BrowserVersion">Major version.</param>
/// <param name="System">Operating system, without version.</param>
/// <param name="IsBot">A program by its user agent: kept, and left out of what is counted unless asked for.</param>
/// <param name="IsReplayed">Brought in from a record of the past, with its times.</param>
/// <param name="IsCut">URL or referrer were too long and were truncated.</param>
/// <param name="IsRecognised">The visitor agreed to be recognised: their number is the same on other days. Null: no.</param>
public sealed record Hit(
    Guid EventId, Guid SiteId, Guid VisitorId, DateTimeOffset At, string Page, string Device, string? Referrer = null, Campaign? Campaign = null, string? Country = null,
    string? Browser = null, string? BrowserVersion = null, string? System = null, bool IsBot = false, bool IsReplayed = false, bool IsCut = false, bool? IsRecognised = null);

/// <summary>The <c>utm_</c> parameters of a link, each at most 100 characters.</summary>
/// <param name="Source">utm_source: who links.</param>
/// <param name="Medium">utm_medium: newsletter, social...</param>
/// <param name="Name">utm_campaign.</param>
public sealed record Campaign(string? Source = null, string? Medium = null, string? Name = null);

/// <summary>A visitor's event, whatever happened.</summary>
public interface IHitEvent
{
    Hit Hit { get; }
}

/// <summary>A page was shown.</summary>
/// <param name="Hit">Whose, when, where.</param>
/// <param name="Props">What the site says of it: texts, numbers and booleans.</param>
[EventType("analytics.page-viewed")]
public sealed record PageViewed(Hit Hit, Fields? Props = null) : IHitEvent;

/// <summary>A page was looked at.</summary>
/// <param name="Hit">Whose, when, where.</param>
/// <param name="EngagedMs">Milliseconds of attention since the last report of the same page view.</param>
/// <param name="Scroll">The farthest place that was reached, in per cent of the page.</param>
[EventType("analytics.engagement-measured")]
public sealed record EngagementMeasured(Hit Hit, int EngagedMs, int Scroll) : IHitEvent;

/// <summary>A browser measured how a page loads and answers.</summary>
/// <param name="Hit">Whose, when, where.</param>
/// <param name="Vital">LCP, INP, FCP or TTFB, in milliseconds, or CLS, without unit.</param>
/// <param name="Value">At least 0.</param>
[EventType("analytics.vital-measured")]
public sealed record VitalMeasured(Hit Hit, string Vital, double Value) : IHitEvent;

/// <summary>Something happened that the site has a name for.</summary>
/// <param name="Hit">Whose, when, where.</param>
/// <param name="Name">The site's word for it.</param>
/// <param name="Props">What it says of it: texts, numbers and booleans.</param>
[EventType("analytics.event-tracked")]
public sealed record EventTracked(Hit Hit, string Name, Fields? Props = null) : IHitEvent;

/// <summary>A visitor agreed to be recognised, or doesn't any more.</summary>
/// <param name="Hit">Whose, when, where.</param>
/// <param name="Analytics">Agreed.</param>
[EventType("analytics.consent-changed")]
public sealed record ConsentChanged(Hit Hit, bool Analytics) : IHitEvent;
