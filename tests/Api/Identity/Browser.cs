using System.Net;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Identity;

/// <summary>As much of a browser as sign-in takes: cookies, redirects one by one, forms.</summary>
internal sealed partial class Browser : IDisposable
{
    /// <summary>Sends with its cookies.</summary>
    public HttpClient Http { get; }

    public Browser(Uri platform)
    {
        Platform = platform;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = platform };
    }

    public Uri Platform { get; }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The last address that the provider sent it back to.</summary>
    public Uri? Callback { get; private set; }

    /// <summary>Called before it goes there.</summary>
    public Action? OnCallback { get; set; }

    public Task<Answer> AskAsync(string path, params (string Name, string Value)[] headers) => Http.AskAsync(path, headers);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => Http.PostAsync(path, body, headers);

    /// <summary>Signs in as somebody, at the provider's forms where it asks; gives the platform's answer to the provider's.</summary>
    public async Task<Answer> SignInAsync(string tenant, string login, string query = "")
    {
        var answer = await AskAsync($"/api/sign-in/{tenant}{query}");
        answer.ShouldBe(302);
        for (var step = 0; step < 20; step++)
        {
            if (answer.Message.Headers.Location is { } location)
            {
                var next = location.IsAbsoluteUri ? location : new Uri(answer.Message.RequestMessage!.RequestUri!, location);
                if (next.Authority == Platform.Authority && next.AbsolutePath.StartsWith("/api/sign-in/", StringComparison.Ordinal) && next.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal))
                {
                    Callback = next;
                    OnCallback?.Invoke();
                    return await AskAsync(next.PathAndQuery);
                }
                answer = await AskAsync(next.AbsoluteUri);
            }
            else
                answer = await SubmitAsync(answer, new() { ["login"] = login, ["password"] = "any" });
        }
        throw new InvalidOperationException($"No end: {answer.Text}");
    }

    /// <summary>Sends the form of a page, with these values where it has no others.</summary>
    public async Task<Answer> SubmitAsync(Answer page, Dictionary<string, string> values)
    {
        var action = Action().Match(page.Text);
        action.Success.ShouldBeTrue(page.Text);
        foreach (Match hidden in Hidden().Matches(page.Text))
            values[hidden.Groups["name"].Value] = hidden.Groups["value"].Value;
        return await Http.SendAsync(HttpMethod.Post, new Uri(page.Message.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(action.Groups[1].Value)).AbsoluteUri, new FormUrlEncodedContent(values));
    }

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("""<form[^>]*action="([^"]+)""")]
    private static partial Regex Action();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""")]
    private static partial Regex Hidden();
}
