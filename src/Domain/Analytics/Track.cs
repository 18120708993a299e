using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.Domain.Analytics;

/// <summary>Where a tracked event comes from: what the request says, not the event.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Hosts">Its domains, in lower case; null: any host may stand in a URL.</param>
/// <param name="VisitorId">The visitor.</param>
/// <param name="ReceivedAt">The platform's clock.</param>
/// <param name="Device">What the user agent is.</param>
/// <param name="Country">Two letters; null: unknown.</param>
/// <param name="IsReplay">The event is brought in from a record of the past: its time stands.</param>
/// <param name="IsRecognised">The visitor has a cookie, which takes consent, or a name that the record gives them.</param>
public sealed record TrackingSource(
    Guid SiteId, IReadOnlySet<string>? Hosts, Guid VisitorId, DateTimeOffset ReceivedAt, Device Device, string? Country, bool IsReplay = false, bool IsRecognised = false);

/// <summary>Records what happened on a page, as its tracker says.</summary>
/// <param name="Id">The event's, the same however often it's sent.</param>
/// <param name="Name">page_view, engagement, web_vital, consent, or the site's own word.</param>
/// <param name="Url">Of the page, with scheme and host.</param>
/// <param name="Referrer">URL that led there.</param>
/// <param name="Cut">URL or referrer were truncated.</param>
/// <param name="At">When it happened, by the client's clock.</param>
/// <param name="Sent">When this was sent, by the client's clock: what is wrong with that clock is wrong with both.</param>
/// <param name="Engaged">Of an engagement: milliseconds.</param>
/// <param name="Scroll">Of an engagement: per cent.</param>
/// <param name="Vital">Of a web vital: which.</param>
/// <param name="Value">Of a web vital.</param>
/// <param name="Props">Of a page view or an event of the site's own.</param>
public sealed record Track(
    Guid Id, string Name, string Url, string? Referrer = null, bool Cut = false, DateTimeOffset? At = null, DateTimeOffset? Sent = null, long? Engaged = null, int? Scroll = null,
    string? Vital = null, double? Value = null, Fields? Props = null)
{
    public const int MaxPath = 500, MaxProps = 20, MaxPropText = 200;

    /// <summary>The longest that an event may have waited at the client; what says that it's older, or to come, happened when it was received.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    private const int MaxTerm = 100;
    private const long MostEngagedMs = 24 * 60 * 60 * 1000;
    private const double MostVital = 1_000_000;

    private static readonly FrozenSet<string> Vitals = FrozenSet.Create(StringComparer.Ordinal, "LCP", "CLS", "INP", "FCP", "TTFB");
    private static readonly DateTimeOffset EarliestReplay = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="command">As it was sent.</param>
    /// <param name="source">Where it comes from.</param>
    public static Decision Decide(Track command, TrackingSource source)
    {
        var errors = new FieldErrors()
            .Add("id", command.Id == Guid.Empty ? "Must not be the nil UUID." : null)
            .Add("name", AnalyticsName.IsOne(command.Name) ? null : AnalyticsName.Rule);
        var page = Address(command.Url);
        errors.Add("url", page is null ? "Must be an http or https URL with a host." : source.Hosts?.Contains(HostOf(page)!) is false ? "Its host isn't a domain of the site." : null);
        var referrer = command.Referrer is { Length: > 0 } text ? Address(text) : null;
        AddParts(errors, command);
        if (source.IsReplay)
            errors.Add("at", command.At is not { } at ? "Is required in a replay." : at < EarliestReplay || at > source.ReceivedAt ? "Must be between 1990 and now." : null);
        if (errors.Rejection is { } rejected)
            return rejected;

        var hit = new Hit(
            command.Id, source.SiteId, source.VisitorId, Time(command, source), Shortened(page!.AbsolutePath, MaxPath), source.Device.Kind, ReferrerOf(referrer, page, source), CampaignOf(page),
            source.Country, Known(source.Device.Browser), source.Device.BrowserVersion, Known(source.Device.System), source.Device.IsBot, source.IsReplay, command.Cut || page.AbsolutePath.Length > MaxPath,
            source.IsRecognised ? true : null);
        var props = command.Props is { IsEmpty: false } ? command.Props : null;
        return Decision.Of(command.Name switch
        {
            "page_view" => new PageViewed(hit, props),
            "engagement" => new EngagementMeasured(hit, (int)command.Engaged!.Value, command.Scroll ?? 0),
            "web_vital" => new VitalMeasured(hit, command.Vital!, command.Value!.Value),
            "consent" => new ConsentChanged(hit, command.Props!.Find("analytics")!.Value.GetBoolean()),
            _ => new EventTracked(hit, command.Name, props),
        });
    }

    private static void AddParts(FieldErrors errors, Track command)
    {
        var (isEngagement, isVital) = (command.Name == "engagement", command.Name == "web_vital");
        errors.Add("engaged", Part(command.Engaged is not null, isEngagement) ?? (command.Engaged is < 0 or > MostEngagedMs ? "Must be 0 to 86400000 milliseconds." : null))
            .Add("scroll", command.Scroll is not null && !isEngagement ? Part(true, false) : command.Scroll is < 0 or > 100 ? "Must be 0 to 100 per cent." : null)
            .Add("vital", Part(command.Vital is not null, isVital) ?? (command.Vital is { } vital && !Vitals.Contains(vital) ? "Must be LCP, CLS, INP, FCP or TTFB." : null))
            .Add("value", Part(command.Value is not null, isVital) ?? (command.Value is { } value && !(value is >= 0 and <= MostVital) ? "Must be 0 to 1000000." : null));
        if (command.Name == "consent")
            errors.Add("props.analytics", command.Props?.Find("analytics")?.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false.");
        else if (command.Props is { } props)
            AddProps(errors, props, isEngagement || isVital);
    }

    private static void AddProps(FieldErrors errors, Fields props, bool isMeasure)
    {
        errors.Add("props", isMeasure && !props.IsEmpty ? "Page views and events of the site's own have them." : props.Values.Count > MaxProps ? $"Must have at most {MaxProps} members." : null);
        foreach (var (name, value) in props.Values.Take(MaxProps))
            errors.Add($"props.{name}", !AnalyticsName.IsOne(name) ? $"Of its name: {AnalyticsName.Rule}"
                : value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString()!.Length > MaxPropText ? $"Must have at most {MaxPropText} characters." : null,
                    JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => null,
                    _ => "Must be a text, a number or a boolean.",
                });
    }

    private static string? Part(bool isThere, bool belongs) => isThere == belongs ? null : belongs ? "Is required." : "Doesn't belong to events of this name.";

    private static DateTimeOffset Time(Track command, TrackingSource source)
    {
        if (command.At is not { } at)
            return source.ReceivedAt;
        if (source.IsReplay)
            return Micros(at.ToUniversalTime());
        // Both by the same clock, so that what it's off by goes away.
        var ago = command.Sent is { } sent ? sent - at : source.ReceivedAt - at;
        return ago >= TimeSpan.Zero && ago <= LongestWait ? Micros(source.ReceivedAt - ago) : source.ReceivedAt;
    }

    private static DateTimeOffset Micros(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    private static string? Known(string name) => name == Device.Unknown ? null : name;

    private static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;

    private static string? HostOf(Uri? address) => address?.IdnHost.ToLowerInvariant();

    private static string? ReferrerOf(Uri? referrer, Uri page, TrackingSource source)
    {
        var host = HostOf(referrer);
        if (host is null || host == HostOf(page) || source.Hosts?.Contains(host) is true)
            return null;
        return Shortened(host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host, MaxTerm);
    }

    private static Campaign? CampaignOf(Uri page)
    {
        Campaign? campaign = null;
        foreach (var pair in page.Query.TrimStart('?').Split('&', 50, StringSplitOptions.RemoveEmptyEntries))
            if (pair.IndexOf('=') is > 0 and var end && Term(pair[(end + 1)..]) is { Length: > 0 } value)
                campaign = pair[..end] switch
                {
                    "utm_source" => (campaign ?? new()) with { Source = value },
                    "utm_medium" => (campaign ?? new()) with { Medium = value },
                    "utm_campaign" => (campaign ?? new()) with { Name = value },
                    _ => campaign,
                };
        return campaign;
    }

    private static string Term(string text) => Shortened(string.Concat(Uri.UnescapeDataString(text.Replace('+', ' ')).Where(c => !char.IsControl(c) && c != '\uFFFD')), MaxTerm);

    // At whole characters: half of a surrogate pair is none.
    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
