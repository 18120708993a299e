using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>A test over HTTP with a site that has a verified domain, and its pages in a browser.</summary>
public abstract class OverVisitedSite(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    protected const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    /// <summary>The domain.</summary>
    protected string Host { get; } = $"www.{Guid.NewGuid():n}.example";

    protected Guid Site { get; private set; }

    /// <summary>Asks as pages do: at the site's host, without a token.</summary>
    protected HttpClient Page { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Site = await Admin.SiteAsync(Host);
        await App.ClaimAsync(Host, Tenant, Site);
        Page = Nobody();
        Page.DefaultRequestHeaders.Host = Host;
        Page.DefaultRequestHeaders.UserAgent.ParseAdd(Firefox);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
