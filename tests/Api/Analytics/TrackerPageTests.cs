namespace Platform.Api.Tests.Analytics;

/// <summary>What the tracker tells of pages, in a real browser, up to the ledger.</summary>
public sealed class TrackerPageTests(SharedApp shared, Chromium chromium) : InChromium(shared, chromium)
{
    [Fact]
    public async Task A_view_comes_with_where_it_came_from()
    {
        await OpenAsync("/news?utm_source=letter&utm_campaign=spring#top", "http://search.example/?q=light");
        var hit = (await LedgerAsync("page-viewed")).ShouldHaveSingleItem().GetProperty("hit");
        hit.GetProperty("page").GetString().ShouldBe("/news");
        hit.GetProperty("referrer").GetString().ShouldBe("search.example");
        hit.GetProperty("campaign").ToString().ShouldBe("""{"name": "spring", "source": "letter"}""");
        hit.GetProperty("browser").GetString().ShouldBe("Chrome");
        hit.GetProperty("isBot").GetBoolean().ShouldBeFalse();
        Server.Events.ShouldHaveSingleItem().GetProperty("url").GetString().ShouldEndWith("utm_campaign=spring");
    }

    [Fact]
    public async Task A_page_may_load_it_from_the_platforms_own_host()
    {
        Server.Script = $"{PlatformOrigin}/tracker.js";
        var page = await OpenAsync("/elsewhere");
        await CallAsync(page, "signup", new { plan = "pro", seats = 3, trial = true });
        var own = (await LedgerAsync("event-tracked", 1)).ShouldHaveSingleItem();
        own.GetProperty("name").GetString().ShouldBe("signup");
        own.GetProperty("props").ToString().ShouldBe("""{"plan": "pro", "seats": 3, "trial": true}""");
        own.GetProperty("hit").GetProperty("page").GetString().ShouldBe("/elsewhere");
        Server.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Attention_counts_while_the_page_is_visible()
    {
        var page = await OpenAsync();
        await page.WaitForTimeoutAsync(600);
        await ShowAsync(page, false);
        await page.WaitForTimeoutAsync(1_500);
        await ShowAsync(page, true);
        await page.WaitForTimeoutAsync(400);
        await page.CloseAsync(new() { RunBeforeUnload = true });
        var measured = (await LedgerAsync("engagement", 2)).Select(one => one.GetProperty("engagedMs").GetInt32()).ToList();
        measured[0].ShouldBeInRange(600, 1_400);
        measured[1].ShouldBeInRange(400, 1_200);
    }

    [Fact]
    public async Task Depth_is_the_farthest_that_was_seen()
    {
        var page = await OpenAsync();
        await page.EvaluateAsync("scrollTo(0, innerHeight)");
        await page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await page.EvaluateAsync("scrollTo(0, 0)");
        await ShowAsync(page, false);
        // Two of something more than three screens.
        (await LedgerAsync("engagement", 1)).ShouldHaveSingleItem().GetProperty("scroll").GetInt32().ShouldBeInRange(50, 66);
    }

    [Fact]
    public async Task All_five_vitals_come_once_and_are_of_the_page_that_was_loaded()
    {
        var page = await OpenAsync("/vitals");
        // What moves within half a second of a click is the click's doing, and no shift.
        await page.WaitForTimeoutAsync(600);
        await page.ClickAsync("#slow");
        await page.WaitForTimeoutAsync(500);
        await page.EvaluateAsync("history.pushState(null, '', '/after')");
        var vitals = (await LedgerAsync("vital", 5)).ToDictionary(one => one.GetProperty("vital").GetString()!, one => one.GetProperty("value").GetDouble());
        vitals.Keys.ShouldBe(["LCP", "CLS", "INP", "FCP", "TTFB"], ignoreOrder: true);
        vitals["INP"].ShouldBeInRange(56, 1_000);
        vitals["CLS"].ShouldBeInRange(0.0001, 1);
        vitals["FCP"].ShouldBeInRange(vitals["TTFB"], vitals["LCP"]);
        await ShowAsync(page, false);
        await LedgerAsync("engagement", 2);
        (await LedgerAsync("vital")).Select(one => one.GetProperty("hit").GetProperty("page").GetString()).ShouldBe(Enumerable.Repeat("/vitals", 5));
    }

    [Fact]
    public async Task A_page_on_which_nothing_moves_says_so()
    {
        var page = await OpenAsync("/still");
        await ShowAsync(page, false);
        (await LedgerAsync("vital", 1)).Single(one => one.GetProperty("vital").GetString() == "CLS").GetProperty("value").GetDouble().ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Within_a_page_each_address_is_a_view(bool hasNavigation)
    {
        if (!hasNavigation)
            await Visitor.AddInitScriptAsync("delete window.navigation");
        var page = await OpenAsync("/one?x=1#part", "http://search.example/");
        (await page.EvaluateAsync<bool>("'navigation' in window")).ShouldBe(hasNavigation);
        await page.EvaluateAsync("location.hash = 'other'");
        await page.EvaluateAsync("history.replaceState(null, '', location.href)");
        await page.EvaluateAsync("history.pushState(null, '', '/two')");
        // Without the Navigation API it's found out when something else happens.
        if (!hasNavigation)
            await page.EvaluateAsync("scrollTo(0, 100)");
        await LedgerAsync("page-viewed", 2);
        await page.GoBackAsync();
        var views = (await LedgerAsync("page-viewed", 3)).Select(one => one.GetProperty("hit")).ToList();
        views.Select(hit => hit.GetProperty("page").GetString()).ShouldBe(["/one", "/two", "/one"]);
        views.Select(hit => hit.TryGetProperty("referrer", out var from) ? from.GetString() : null).ShouldBe(["search.example", null, null]);
        (await LedgerAsync("engagement", 1))[0].GetProperty("hit").GetProperty("page").GetString().ShouldBe("/one");
    }

    [Fact]
    public async Task Who_comes_back_to_a_page_that_the_browser_kept_views_it_again()
    {
        var page = await OpenAsync("/kept");
        await page.GotoAsync(Server.Url("/next"));
        await LedgerAsync("page-viewed", 2);
        await page.GoBackAsync();
        (await LedgerAsync("page-viewed", 3)).Select(one => one.GetProperty("hit").GetProperty("page").GetString()).ShouldBe(["/kept", "/next", "/kept"]);
    }

    [Fact]
    public async Task A_tab_that_nobody_looked_at_yet_is_no_view()
    {
        await Visitor.AddInitScriptAsync("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
        var page = await Visitor.NewPageAsync();
        await page.GotoAsync(Server.Url("/later"));
        await page.WaitForTimeoutAsync(500);
        Server.Sent.ShouldBeEmpty();
        await ShowAsync(page, true);
        await LedgerAsync("page-viewed", 1);
        await ShowAsync(page, false);
        await LedgerAsync("engagement", 1);
        (await LedgerAsync("vital")).ShouldBeEmpty();
    }

    [Fact]
    public async Task There_is_a_cookie_from_consent_to_its_withdrawal_and_none_else()
    {
        var page = await OpenAsync();
        (await Visitor.CookiesAsync()).ShouldBeEmpty();
        await CallAsync(page, "consent", new { analytics = true });
        var cookie = (await Visitor.CookiesAsync()).ShouldHaveSingleItem();
        Guid.TryParse(cookie.Value, out _).ShouldBeTrue();
        cookie.Path.ShouldBe("/");
        DateTimeOffset.FromUnixTimeSeconds((long)cookie.Expires).ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(340), DateTimeOffset.UtcNow.AddDays(400));
        // What asks for consent says it again on each page: it stays the same visitor.
        await page.GotoAsync(Server.Url("/two"));
        await CallAsync(page, "consent", new { analytics = true });
        (await Visitor.CookiesAsync()).ShouldHaveSingleItem().Value.ShouldBe(cookie.Value);
        await CallAsync(page, "consent", new { analytics = false });
        (await Visitor.CookiesAsync()).ShouldBeEmpty();
        await CallAsync(page, "afterwards");
        // Each call is a request of its own: they may pass each other, and the times of events say what came first.
        (await LedgerAsync("consent", 3)).OrderBy(one => one.GetProperty("hit").GetProperty("at").GetDateTimeOffset()).Select(one => one.GetProperty("analytics").GetBoolean()).ShouldBe([true, true, false]);
        await LedgerAsync("event-tracked", 1);
        string?[] expected = [null, cookie.Value, cookie.Value, cookie.Value, null, null];
        // What was on its way when the page was left goes again, as the same event.
        Server.Events.DistinctBy(one => one.GetProperty("id").GetString()).Where(one => one.GetProperty("name").GetString() is "page_view" or "consent" or "afterwards")
            .OrderBy(one => one.GetProperty("at").GetDateTimeOffset()).Select(one => one.TryGetProperty("visitor", out var visitor) ? visitor.GetString() : null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("doNotTrack", "'1'")]
    [InlineData("globalPrivacyControl", "true")]
    public async Task Whoever_does_not_want_to_be_tracked_sends_and_keeps_nothing(string wish, string value)
    {
        await Visitor.AddInitScriptAsync($"Object.defineProperty(Navigator.prototype, '{wish}', {{ get: () => {value} }})");
        var page = await Visitor.NewPageAsync();
        await page.GotoAsync(Server.Url("/"));
        await CallAsync(page, "signup");
        await CallAsync(page, "consent", new { analytics = true });
        await page.GotoAsync(Server.Url("/two"));
        await page.WaitForTimeoutAsync(300);
        Server.Sent.ShouldBeEmpty();
        (await Visitor.CookiesAsync()).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("sessionStorage.length + localStorage.length")).ShouldBe(0);
    }
}
