using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Personalization;

namespace Platform.Api.Analytics;

/// <summary>How many visitors a segment had, hour by hour or day by day.</summary>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, included.</param>
/// <param name="By">hour or day.</param>
/// <param name="Counts">In order.</param>
public sealed record SegmentHistoryBody(DateOnly From, DateOnly To, string By, IReadOnlyList<SegmentCount> Counts);

/// <summary>Who is in a segment, and how many were.</summary>
public static class SegmentMemberEndpoints
{
    private const int DefaultDays = 30, MostDays = 731, MostDaysByHour = 31;

    private static SegmentMemberBodies Json => SegmentMemberBodies.Default;

    public static void MapSegmentMembers(this RouteGroupBuilder api)
    {
        var segments = api.MapGroup("/analytics/segments/{id:guid}").WithTags("Analytics");
        segments.MapGet("/members", MembersAsync).Requires(Permission.ProfilesRead).Collection<SegmentMember>().Problems(ProblemKind.NotFound)
            .Describe("ListSegmentMembers", "Who is in a segment", "Visitors who agreed to be recognised, by number, each with since when it was seen: within five seconds of what they did, of what time alone makes so within half a minute.");
        segments.MapGet("/history", HistoryAsync).Requires(Permission.AnalyticsRead).OfSite(SegmentEndpoints.OfSegment).Expensive().Counted<SegmentHistoryBody>().Problems(ProblemKind.NotFound)
            .Filter("from", "First day, UTC, such as 2026-01-31; absent: 30 days with the last.")
            .Filter("to", "Last day, included; absent: today.")
            .Filter("by", $"day, which is the default, or hour, of at most {MostDaysByHour} days.")
            .Describe("CountSegmentHistory", "How many came into a segment, left it and were in it", "Of visitors who agreed to be recognised and of whom something is still kept: who is erased doesn't count in the past either.");
    }

    private static async Task<IResult> MembersAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        if (await SegmentEndpoints.FindAsync(http, session, id) is null) return Missing;
        await Reading.AwaitAsync(http, session, SegmentMembers.ReadModel);
        var members = await SegmentMembers.OfSegmentAsync(session, id, after, limit, http.RequestAborted);
        Reading.Index(http, members);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Page<SegmentMember>([.. members.Items], Reading.NextCursor(members.Items, limit, member => member.VisitorId.ToString())), Json.PageSegmentMember);
    }

    private static async Task<IResult> HistoryAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var by = Reading.Text(http, "by", "day", "hour") ?? "day";
        var to = DayOf(http, "to") ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = DayOf(http, "from") ?? to.AddDays(1 - DefaultDays);
        var (days, most) = (to.DayNumber - from.DayNumber + 1, by == "hour" ? MostDaysByHour : MostDays);
        if (days < 1 || days > most)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "to", days < 1 ? "Must not be before from." : $"At most {most} days can be asked for at once."));
        if (await SegmentEndpoints.FindAsync(http, session, id) is null) return Missing;
        await Reading.AwaitAsync(http, session, SegmentMembers.ReadModel);
        var (parts, start) = (by == "hour" ? 24 : 1, new DateTimeOffset(from.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        ImmutableArray<DateTimeOffset> edges = [.. Enumerable.Range(0, days * parts + 1).Select(n => start.AddHours(n * (24 / parts)))];
        var (counts, index, lag) = await SegmentMembers.CountAsync(session, id, edges, http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new SegmentHistoryBody(from, to, by, counts), Json.SegmentHistoryBody);
    }

    private static Problem Missing => new(ProblemKind.NotFound, "There is no such segment, or it's archived.");

    private static DateOnly? DayOf(HttpContext http, string name) => Reading.Text(http, name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9000 ? day
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "A day such as 2026-01-31."));
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Page<SegmentMember>))]
[JsonSerializable(typeof(SegmentHistoryBody))]
internal sealed partial class SegmentMemberBodies : JsonSerializerContext;
