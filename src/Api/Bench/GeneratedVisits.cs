using Platform.Domain.Analytics;

namespace Platform.Api.Bench;

/// <summary>Visits of several sites over some months, in the order in which they begin: some pages are looked at much more than others, and half of the visitors come back.</summary>
internal sealed class GeneratedVisits(IReadOnlyList<Guid> sites, DateTimeOffset from, int days, int seed)
{
    private const int Pages = 2_000, Returning = 300_000;

    private static readonly string?[] Referrers = [null, null, "search.example", "search.example", "news.example", "social.example", "letter.example"];
    private static readonly string?[] Countries = ["AT", "BR", "BR", "CH", "DE", "DE", "DE", "FR", "GB", "JP", "US", "US", null];
    private static readonly string[] Devices = ["desktop", "desktop", "mobile", "mobile", "mobile", "tablet"], Browsers = ["Chrome", "Chrome", "Edge", "Firefox", "Mobile Safari", "Safari"];

    private readonly Random _random = new(seed);

    /// <summary>About so many events, whole visits.</summary>
    public IEnumerable<IHitEvent[]> Make(int events)
    {
        const double EventsAVisit = 6;
        for (int made = 0, visit = 0; made < events; visit++)
        {
            var one = Visit(from.AddDays(days * Math.Min(1, visit * EventsAVisit / events)), visit);
            made += one.Length;
            yield return one;
        }
    }

    private IHitEvent[] Visit(DateTimeOffset at, int visit)
    {
        var visitor = _random.Next(2) == 0 ? new Guid(_random.Next(Returning), 1, 0, new byte[8]) : new Guid(visit, 2, 0, new byte[8]);
        var site = sites[(int)(sites.Count * Math.Pow(_random.NextDouble(), 1.5))];
        var hit = new Hit(
            Guid.Empty, site, visitor, at, "", Any(Devices), Any(Referrers), _random.Next(10) == 0 ? new Campaign("letter", "mail", $"week-{_random.Next(10)}") : null, Any(Countries), Any(Browsers), "130",
            "Linux", IsBot: _random.Next(50) == 0);
        var events = new List<IHitEvent>();
        for (var views = 1 + (int)(6 * Math.Pow(_random.NextDouble(), 2)); views > 0; views--)
        {
            hit = Next(hit with { Page = $"/page-{(int)(Pages * Math.Pow(_random.NextDouble(), 3))}" }, 5);
            events.Add(new PageViewed(hit));
            hit = Next(hit, 90);
            events.Add(new EngagementMeasured(hit, _random.Next(60_000), _random.Next(101)));
            if (_random.Next(10) == 0)
                events.Add(new EventTracked(hit = Next(hit, 20), $"event_{_random.Next(20)}"));
        }
        return [.. events];
    }

    private Hit Next(Hit hit, int seconds) => hit with { EventId = Guid.CreateVersion7(), At = hit.At.AddSeconds(1 + _random.Next(seconds)) };

    private T Any<T>(T[] values) => values[_random.Next(values.Length)];
}
