using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Platform.Api.Tests.Analytics.Chromium))]

namespace Platform.Api.Tests.Analytics;

/// <summary>This machine's own Chromium, started when the first test wants it; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] _places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>Somebody's browser: cookies and storage of their own. Every host name is this machine. Skips the test where there is no Chromium.</summary>
    public async Task<IBrowserContext> NewVisitorAsync()
    {
        Assert.SkipWhen(Find() is null, "not run: no Chromium here");
        IBrowser browser;
        try
        {
            (_, browser) = await _started.Value;
        }
        catch (PlaywrightException e)
        {
            // As on systems where the file is a note on where to get it.
            Assert.Skip($"not run: Chromium doesn't start: {e.Message.Split('\n')[0]}");
            throw;
        }
        // As headless it would be told for a program.
        return await browser.NewContextAsync(new() { UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36" });
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated || !_started.Value.IsCompletedSuccessfully)
            return;
        var (driver, browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Find(),
            // Root, as in containers, has no sandbox there.
            Args = ["--host-resolver-rules=MAP * 127.0.0.1", .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>()],
        }));
    }

    private static string? Find() => _places.FirstOrDefault(File.Exists);
}
