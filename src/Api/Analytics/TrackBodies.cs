using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What happened on a page, in at most 1,024 bytes.</summary>
/// <param name="Id">UUID of the event, the same however often it's sent.</param>
/// <param name="Name">page_view, engagement, web_vital, consent, or the site's own word: a lower-case letter and up to 49 letters, digits and underscores.</param>
/// <param name="Url">The page's, http or https; its host is one of the site's domains.</param>
/// <param name="Referrer">URL that led there.</param>
/// <param name="Cut">URL or referrer were truncated, to fit.</param>
/// <param name="At">When it happened, by the client's clock.</param>
/// <param name="Sent">When it's sent, by the same clock: from the two the platform makes its own time. What waited more than 24 hours, or is to come, counts as of now.</param>
/// <param name="Visitor">From the visitor's cookie, if they agreed to have one.</param>
/// <param name="Engaged">Of an engagement: milliseconds of attention since the last one of the same page view.</param>
/// <param name="Scroll">Of an engagement: per cent of the page, 0-100.</param>
/// <param name="Vital">Of a web vital: LCP, INP, FCP, TTFB (milliseconds) or CLS.</param>
/// <param name="Value">Of a web vital: 0-1000000.</param>
/// <param name="Props">Of a page view or an event of the site's own: at most 20 texts (200 characters), numbers and booleans. Of consent: {"analytics": true}.</param>
public sealed record TrackBody(
    Guid? Id, string? Name, string? Url, string? Referrer, bool? Cut, DateTimeOffset? At, DateTimeOffset? Sent, Guid? Visitor, long? Engaged, int? Scroll, string? Vital, double? Value, Fields? Props)
{
    internal Track Command() => new(Id ?? Guid.Empty, Name ?? "", Url ?? "", Referrer, Cut ?? false, At, Sent, Engaged, Scroll, Vital, Value, Props);
}

/// <summary>An event of the past, in at most 1,024 bytes: what is tracked, and what its request would have said.</summary>
/// <param name="Id">UUID of the event, the same however often it's sent.</param>
/// <param name="Name">page_view, engagement, web_vital, consent, or the site's own word.</param>
/// <param name="Url">The page's.</param>
/// <param name="Referrer">URL that led there.</param>
/// <param name="Cut">URL or referrer were truncated.</param>
/// <param name="At">When it happened; it stands as it is.</param>
/// <param name="Visitor">What the record calls the visitor, 1-200 characters; absent: visitors are told apart by address and user agent. It isn't kept.</param>
/// <param name="Engaged">Of an engagement: milliseconds.</param>
/// <param name="Scroll">Of an engagement: per cent.</param>
/// <param name="Vital">Of a web vital: which.</param>
/// <param name="Value">Of a web vital.</param>
/// <param name="Props">Of a page view or an event of the site's own.</param>
/// <param name="UserAgent">Of the visitor; it isn't kept.</param>
/// <param name="Address">IP address of the visitor; it isn't kept.</param>
/// <param name="Country">Two letters, where the record has it; absent: by the address.</param>
/// <param name="Bot">A program, where the record says; absent: by the user agent.</param>
public sealed record ReplayedBody(
    Guid? Id, string? Name, string? Url, string? Referrer, bool? Cut, DateTimeOffset? At, string? Visitor, long? Engaged, int? Scroll, string? Vital, double? Value, Fields? Props,
    string? UserAgent, string? Address, string? Country, bool? Bot)
{
    private const int MaxVisitor = 200;

    private static readonly Device AnyDevice = new(Device.Unknown, null, Device.Unknown, "other", IsBot: false);

    /// <summary>The event, or why it's refused.</summary>
    internal Decision Decide(TrackingSource source)
    {
        var errors = new FieldErrors()
            .Add("visitor", Visitor is { Length: 0 or > MaxVisitor } ? $"Must have 1 to {MaxVisitor} characters." : null)
            .Add("address", Address is not null && !IPAddress.TryParse(Address, out _) ? "Must be an IP address." : null)
            .Add("country", Country is { } country && (country.Length != 2 || !country.All(char.IsAsciiLetterUpper)) ? "Must be two capital letters." : null);
        return errors.Rejection is { } rejected ? rejected
            : Track.Decide(new Track(Id ?? Guid.Empty, Name ?? "", Url ?? "", Referrer, Cut ?? false, At, null, Engaged, Scroll, Vital, Value, Props), source);
    }

    /// <summary>Why it would be refused, whoever the visitor is; null: it wouldn't.</summary>
    internal Rejection? Refuse(Guid siteId, DateTimeOffset now) => Decide(new TrackingSource(siteId, null, Guid.Empty, now, AnyDevice, Country, IsReplay: true)).Rejection;
}

/// <summary>What became of the events.</summary>
/// <param name="Accepted">On disk and chained.</param>
/// <param name="Duplicates">Sent again: they had been accepted before.</param>
/// <param name="Ignored">Not kept, because the browser says that it doesn't want to be tracked.</param>
public sealed record TrackReceipt(int Accepted, int Duplicates, int Ignored = 0);

/// <summary>Somebody who has a cookie.</summary>
/// <param name="Visitor">What their cookie says.</param>
public sealed record VisitorCookieBody(Guid? Visitor);

/// <summary>What is kept of a visitor, event by event.</summary>
/// <param name="Visitor">Their number in the ledger.</param>
/// <param name="Events">In the order in which they happened.</param>
/// <param name="Cut">There are more.</param>
public sealed record KeptBody(Guid Visitor, IReadOnlyList<VisitorEvent> Events, bool Cut);

/// <summary>What became of it.</summary>
/// <param name="Erased">Something was there, and isn't shown any more.</param>
public sealed record ErasedBody(bool Erased);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(TrackBody))]
[JsonSerializable(typeof(ReplayedBody))]
[JsonSerializable(typeof(TrackReceipt))]
[JsonSerializable(typeof(VisitorCookieBody))]
[JsonSerializable(typeof(KeptBody))]
[JsonSerializable(typeof(ErasedBody))]
[JsonSerializable(typeof(List<ReplayedBody>))]
[JsonSerializable(typeof(string))]
internal sealed partial class TrackBodies : JsonSerializerContext;
