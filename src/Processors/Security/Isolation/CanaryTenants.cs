using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Content;
using Platform.Processors.Sites;

namespace Platform.Processors.Security;

/// <summary>Two tenants without people, which a probe has one try to come at the other's. Made when first needed, by the same commands as anybody's.</summary>
public sealed class CanaryTenants(IDocumentStore store, CommandRunner runner)
{
    /// <summary>The one that tries.</summary>
    public const string Own = "canaryaaaaaa";

    /// <summary>The one whose rows must stay out of reach.</summary>
    public const string Foreign = "canarybbbbbb";

    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:isolation-probe";

    /// <summary>Has both, each with a site, a content type and an item.</summary>
    /// <returns>What the foreign one has.</returns>
    /// <exception cref="InvalidOperationException">A command of theirs was refused, because an operator closed them, say.</exception>
    public async Task<Canary> PrepareAsync(CancellationToken cancel)
    {
        await PrepareAsync(Own, cancel);
        return await PrepareAsync(Foreign, cancel);
    }

    private async Task<Canary> PrepareAsync(string tenant, CancellationToken cancel)
    {
        var type = $"canary-{tenant[^1]}";
        var (site, item) = (DerivedId.From("security.canary-site", tenant), DerivedId.From("security.canary-item", tenant));
        await StartAsync(DocumentStore.PlatformTenant, Tenant.IdOf(tenant), "tenant", (session, c) => session.DecideAsync<Tenant>(
            Tenant.IdOf(tenant), state => ProvisionTenant.Decide(new ProvisionTenant(tenant, $"Canary {tenant[^1]}"), state), c), cancel);
        await StartAsync(tenant, site, "site", (session, c) => SiteCommands.Create(new CreateSite(site, "Canary", $"{tenant}.example", Fields.Empty), session, c), cancel);
        await StartAsync(tenant, ContentType.IdOf(type), "type", (session, c) => session.DecideAsync<ContentType>(
            ContentType.IdOf(type), state => DefineContentType.Decide(new DefineContentType(type, [new FieldDefinition("title", "text")]), state), c), cancel);
        await StartAsync(tenant, item, "item", (session, c) => ItemCommands.Create(
            new CreateItem(item, site, type, "en", "canary", Fields.Parse("""{"title":"Canary"}""")), session, c), cancel);
        return new Canary(tenant, [site, item, ContentType.IdOf(type)], type);
    }

    // With a key: then its row is one more to be kept apart.
    private async Task StartAsync(string tenant, Guid stream, string key, Func<IDocumentSession, CancellationToken, Task<Handled>> handle, CancellationToken cancel)
    {
        if (await store.QuerySession(tenant).Events.FetchStreamStateAsync(stream, cancel) is not null)
            return;
        var result = await runner.RunAsync(new Arrival(tenant, User, "isolation-probe", CorrelationId: $"canary:{tenant}", IdempotencyKey: $"canary-{key}", Fingerprint: [0]), 201, handle, cancel);
        if (result is not CommandResult.Accepted)
            throw new InvalidOperationException($"The canary tenant {tenant} couldn't be prepared ({key}): {result}.");
    }
}
