using System.Text.Json;
using Microsoft.Playwright;
using Platform.Api.Sites;
using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>A test with a site, its server, and a visitor with a browser.</summary>
public abstract class InChromium(SharedApp shared, Chromium chromium) : IAsyncLifetime
{
    private readonly string _tenant = TenantEndpoints.NewId();
    private HttpClient? _admin;
    private VisitedSite? _server;
    private IBrowserContext? _visitor;

    internal VisitedSite Server => _server!;

    protected IBrowserContext Visitor => _visitor!;

    /// <summary>Where the platform listens, by a name that is no site's.</summary>
    protected string PlatformOrigin => $"http://platform.example:{shared.App.Url.Port}";

    public async ValueTask InitializeAsync()
    {
        _visitor = await chromium.NewVisitorAsync();
        Visitor.SetDefaultTimeout(10_000);
        var host = $"www.{Guid.NewGuid():n}.example";
        _admin = shared.App.Client("admin", _tenant);
        await shared.App.ClaimAsync(host, _tenant, await _admin.SiteAsync(host));
        _server = await VisitedSite.StartAsync(shared.App.Url, host);
    }

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
            await _visitor.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _admin?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a page in a tab of its own, and waits until its view is in the ledger.</summary>
    protected async Task<IPage> OpenAsync(string path = "/", string? referrer = null)
    {
        var (page, views) = (await Visitor.NewPageAsync(), (await LedgerAsync("page-viewed")).Count);
        await page.GotoAsync(Server.Url(path), new() { Referer = referrer });
        await LedgerAsync("page-viewed", views + 1);
        return page;
    }

    /// <summary>As browsers do it where a tab is left, or seen again: a browser without a screen shows all of its tabs.</summary>
    protected static Task ShowAsync(IPage page, bool isVisible) => page.EvaluateAsync(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true })) }", !isVisible);

    /// <summary>Calls the tracker as a site's script does.</summary>
    protected static Task CallAsync(IPage page, string name, object? props = null) => page.EvaluateAsync("([name, props]) => platform(name, props)", new[] { name, props });

    /// <summary>The tenant's events of a kind, in the ledger's order.</summary>
    /// <param name="kind">The wire name without its capability; what begins so counts.</param>
    /// <param name="atLeast">Waits until there are as many.</param>
    protected async Task<IReadOnlyList<JsonElement>> LedgerAsync(string kind, int atLeast = 0)
    {
        IReadOnlyList<JsonElement> events = [];
        await Until.HoldsAsync(async () => (events = await ReadAsync(kind)).Count >= atLeast, seconds: 20);
        return events;
    }

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(string kind)
    {
        await using var command = shared.Owner.CreateCommand($"select data::text from public.mt_events where tenant_id = '{_tenant}' and type like 'analytics.{kind}%' order by seq_id");
        await using var reader = await command.ExecuteReaderAsync();
        var events = new List<JsonElement>();
        while (await reader.ReadAsync())
            events.Add(JsonElement.Parse(reader.GetString(0)));
        return events;
    }
}
