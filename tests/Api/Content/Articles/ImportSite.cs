using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Content;
using Platform.Api.Sites;
using Platform.EventStore;
using Platform.Projections.Content;
using Platform.Tests;

namespace Platform.Api.Tests.Content;

/// <summary>The host that the tests of imports share.</summary>
public sealed class ImportApp : IAsyncLifetime
{
    public PlatformApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await PlatformApp.StartAsync();

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>A site in a tenant of its own, and a directory to import into it.</summary>
internal sealed class ImportSite : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private ImportSite(PlatformApp app, string tenant, HttpClient client, Guid id) => (App, Tenant, Client, Id) = (app, tenant, client, id);

    public PlatformApp App { get; }
    public string Tenant { get; }
    public HttpClient Client { get; }
    public Guid Id { get; }
    public string Directory => _scratch.Path;
    public ImportOptions Options => new(Tenant, Id);

    public static async Task<ImportSite> CreateAsync(PlatformApp app)
    {
        var tenant = TenantEndpoints.NewId();
        var client = app.Client("admin", tenant);
        var answer = await client.PostAsJsonAsync("/api/sites", new { name = "Test", domain = "test.example", settings = new { } });
        answer.EnsureSuccessStatusCode();
        var site = new ImportSite(app, tenant, client, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streamId").GetGuid());
        System.IO.Directory.CreateDirectory(site.Directory);
        return site;
    }

    /// <summary>Copies a directory's files, with their folders.</summary>
    public void Copy(string from)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*.md", SearchOption.AllDirectories))
            Write(Path.GetRelativePath(from, file), File.ReadAllText(file));
    }

    public void Write(string path, string text)
    {
        var full = Path.Combine(Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(Directory, path));

    public void Edit(string path) => File.AppendAllText(Path.Combine(Directory, path), "\nMore.\n");

    public async Task<ImportReport> ImportAsync(ImportOptions? options = null, IDocumentStore? store = null, CancellationToken cancel = default)
    {
        var import = new ArticleImport(store ?? App.Store, options ?? Options);
        return await import.ApplyAsync(await import.PlanAsync(await ListAsync(), cancel: cancel), cancel: cancel);
    }

    public Task<ArticleDirectory> ListAsync() => ArticleDirectory.ListAsync(Directory, App.Services.GetRequiredService<Database>().App, CancellationToken.None);

    /// <summary>The item of a file, from its stream; null: none.</summary>
    public Task<ItemDetails?> ItemAsync(string path) =>
        App.Store.QuerySession(Tenant).Events.AggregateStreamAsync(new ItemDetailsProjection(), ArticlePlan.ItemIdOf(Id, path));

    /// <summary>Aliases of what happened to a file's item, in order.</summary>
    public async Task<string> HistoryAsync(string path) =>
        string.Join(' ', (await App.Store.QuerySession(Tenant).Events.FetchStreamAsync(ArticlePlan.ItemIdOf(Id, path))).Select(e => e.Type.Replace("content.item-", "")));

    public void Dispose()
    {
        Client.Dispose();
        _scratch.Dispose();
    }
}
