using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Visitors of the past, of whom questions are asked.</summary>
internal static class PastVisits
{
    /// <summary>A view of a page, or another event on it, at a minute of the past, UTC.</summary>
    public static object View(string visitor, string at, string page = "/", string country = "AT", string name = "page_view") => new
    {
        id = Guid.NewGuid(),
        name,
        url = $"https://a.example{page}",
        at = $"{at}:00Z",
        visitor,
        country,
        userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };

    /// <summary>Brings them in, and waits until they can be asked for.</summary>
    public static async Task ReplayAsync(this HttpClient admin, PlatformApp app, string tenant, Guid site, params object[] views)
    {
        (await admin.PostAsync($"/api/sites/{site}/track", views)).ShouldBe(200);
        foreach (var model in new[] { "hits", "visits", "hits_by_day", "hits_by_quarter_hour", "site_details" })
            (await app.Store.QuerySession(tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }
}
