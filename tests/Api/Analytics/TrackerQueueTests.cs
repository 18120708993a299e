using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Platform.Api.Tests.Analytics;

/// <summary>How the tracker sends, in a real browser: everything once, whatever happens on the way.</summary>
public sealed class TrackerQueueTests(SharedApp shared, Chromium chromium) : InChromium(shared, chromium)
{
    [Fact]
    public async Task What_happens_offline_is_sent_later_and_is_in_the_ledger_once()
    {
        var page = await OpenAsync();
        await Visitor.SetOfflineAsync(true);
        await CallAsync(page, "read", new { n = 1 });
        await CallAsync(page, "read", new { n = 2 });
        await page.WaitForTimeoutAsync(500);
        (await LedgerAsync("event-tracked")).ShouldBeEmpty();
        await Visitor.SetOfflineAsync(false);
        (await LedgerAsync("event-tracked", 2)).Select(one => one.GetProperty("props").GetProperty("n").GetInt32()).Order().ShouldBe([1, 2]);
        await ShowAsync(page, false);
        await LedgerAsync("engagement", 1);
        (await LedgerAsync("event-tracked")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_is_not_accepted_now_is_sent_again_as_the_same_event(int status)
    {
        var page = await OpenAsync();
        Server.Refuse(status);
        await CallAsync(page, "read");
        await LedgerAsync("event-tracked", 1);
        Server.Events.Select(one => one.GetProperty("name").GetString()).ShouldBe(["page_view", "read", "read"]);
        var (first, second) = (Server.Events[1], Server.Events[2]);
        second.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        second.GetProperty("at").GetString().ShouldBe(first.GetProperty("at").GetString());
        (second.GetProperty("sent").GetDateTimeOffset() - first.GetProperty("sent").GetDateTimeOffset()).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task What_is_refused_is_not_sent_again()
    {
        var page = await OpenAsync();
        Server.Refuse(400);
        await CallAsync(page, "read");
        await Until.HoldsAsync(() => Task.FromResult(Server.Sent.Count == 2));
        await CallAsync(page, "next");
        await LedgerAsync("event-tracked", 1);
        await page.WaitForTimeoutAsync(2_500);
        Server.Events.Select(one => one.GetProperty("name").GetString()).ShouldBe(["page_view", "read", "next"]);
    }

    [Fact]
    public async Task A_wrong_event_does_not_take_others_along()
    {
        var page = await OpenAsync();
        await Visitor.SetOfflineAsync(true);
        foreach (var name in new[] { "good", "Not a name", "better", "best" })
            await CallAsync(page, name);
        await Visitor.SetOfflineAsync(false);
        (await LedgerAsync("event-tracked", 3)).Select(one => one.GetProperty("name").GetString()).ShouldBe(["good", "better", "best"], ignoreOrder: true);
        // Refused alone it goes no more. As part of a batch it goes again whenever one of the three others that gets through lets the next ones go together.
        var sent = Server.Sent.Select(request => JsonElement.Parse(request.Body).EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToArray()).Where(names => names.Contains("Not a name")).ToList();
        (sent.Count(names => names.Length == 1) <= 1, sent.Count).ShouldSatisfyAllConditions(s => s.Item1.ShouldBeTrue("it went again alone"), s => s.Item2.ShouldBeInRange(1, 4));
    }

    [Fact]
    public async Task The_queue_goes_on_with_the_next_page()
    {
        var page = await OpenAsync();
        Server.Refuse(503);
        await CallAsync(page, "read");
        await Until.HoldsAsync(() => Task.FromResult(Server.Sent.Count == 2));
        await page.GotoAsync(Server.Url("/two"));
        await LedgerAsync("event-tracked", 1);
        await LedgerAsync("page-viewed", 2);
        (await LedgerAsync("engagement", 1)).ShouldHaveSingleItem().GetProperty("hit").GetProperty("page").GetString().ShouldBe("/");
    }

    [Fact]
    public async Task Leaving_a_page_sends_what_it_has_once()
    {
        var page = await OpenAsync("/one");
        await AnsweredAsync(page);
        await page.ClickAsync("#next");
        await LedgerAsync("engagement", 1);
        await LedgerAsync("page-viewed", 2);
        await AnsweredAsync(page);
        await page.GotoAsync(Server.Url("/three"));
        await LedgerAsync("page-viewed", 3);
        await LedgerAsync("engagement", 2);
        Server.Events.Select(one => one.GetProperty("id").GetString()).ShouldBeUnique();
        await AnsweredAsync(page);
    }

    [Fact]
    public async Task Two_tabs_do_not_meet()
    {
        var (one, two) = (await OpenAsync("/one"), await OpenAsync("/two"));
        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(n => new[] { CallAsync(one, "read", new { n }), CallAsync(two, "read", new { n = n + 10 }) }));
        (await LedgerAsync("event-tracked", 20)).Select(read => (read.GetProperty("props").GetProperty("n").GetInt32(), read.GetProperty("hit").GetProperty("page").GetString()!))
            .ShouldBe(Enumerable.Range(0, 20).Select(n => (n, n < 10 ? "/one" : "/two")), ignoreOrder: true);
        (await LedgerAsync("page-viewed")).Select(view => view.GetProperty("hit").GetProperty("visitorId").GetGuid()).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("/a/", "\U0001F600", 4)]
    [InlineData("/", "é", 2)]
    [InlineData("/?q=", "漢", 3)]
    [InlineData("/?q=", "\\", 0)]
    [InlineData("/", "%2F", 1)]
    public async Task A_long_address_is_cut_at_a_whole_character(string begin, string character, int bytes)
    {
        foreach (var shift in Enumerable.Range(0, 4))
        {
            var (before, referrer) = ((await LedgerAsync("page-viewed")).Count, "http://search.example/");
            var page = await Visitor.NewPageAsync();
            await page.GotoAsync(Server.Url(begin + new string('x', shift) + string.Concat(Enumerable.Repeat(character, 600))), new() { Referer = referrer });
            var views = await LedgerAsync("page-viewed", before + 1);
            views[^1].GetProperty("hit").GetProperty("isCut").GetBoolean().ShouldBeTrue();
            views[^1].GetProperty("hit").GetProperty("referrer").GetString().ShouldBe("search.example");
            var sent = Server.Events.Last(one => one.GetProperty("name").GetString() == "page_view");
            Encoding.UTF8.GetByteCount(sent.ToString()).ShouldBeInRange(800, 1_024);
            var url = sent.GetProperty("url").GetString()!;
            var rest = url[(url.IndexOf(begin, "http://".Length, StringComparison.Ordinal) + begin.Length + shift)..];
            if (bytes > 0)
                (rest.Length % (3 * bytes)).ShouldBe(0, rest);
            Uri.UnescapeDataString(rest).ShouldNotContain('\uFFFD');
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task A_long_referrer_is_cut_too_and_what_no_cut_makes_fit_is_not_sent()
    {
        var page = await OpenAsync("/", $"http://search.example/{new string('a', 1_500)}");
        var view = Server.Events.ShouldHaveSingleItem();
        view.GetProperty("cut").GetBoolean().ShouldBeTrue();
        view.GetProperty("referrer").GetString()!.Length.ShouldBeGreaterThan(500);
        await CallAsync(page, "much", new { text = new string('é', 600) });
        await CallAsync(page, "little", new { text = new string('é', 190) });
        (await LedgerAsync("event-tracked", 1)).ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("little");
        Server.Sent.SelectMany(request => JsonElement.Parse(request.Body).EnumerateArray()).ShouldAllBe(one => Encoding.UTF8.GetByteCount(one.GetRawText()) <= 1_024);
    }

    [Fact]
    public async Task A_browser_that_keeps_nothing_for_anybody_is_counted_all_the_same()
    {
        await Visitor.AddInitScriptAsync("Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })");
        var errors = new List<string>();
        var page = await Visitor.NewPageAsync();
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(Server.Url("/one"));
        await LedgerAsync("page-viewed", 1);
        await ShowAsync(page, false);
        await LedgerAsync("engagement", 1);
        errors.ShouldBeEmpty();
    }
    // A request that is on its way when its page is left goes again with the next one.
    private async Task AnsweredAsync(IPage page)
    {
        await Until.HoldsAsync(() => Task.FromResult(Server.Sent.All(request => request.Status == 200)), seconds: 10);
        await page.WaitForTimeoutAsync(100);
    }
}
