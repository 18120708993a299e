using System.Text.Json;
using Platform.Domain.Collaboration;
using Platform.EventStore;
using Platform.Projections.Collaboration;

namespace Platform.Processors.Collaboration;

/// <summary>Which webhooks an event goes to.</summary>
internal static class WebhookRouting
{
    public static async Task<IReadOnlyList<Route>> RouteAsync(IReadOnlyList<Event> events, IDocumentStore store, CancellationToken cancel)
    {
        var webhooks = await WebhookRoutes.FindAsync(store, events.Select(e => e.TenantId).Distinct(), cancel);
        var wanted = events.SelectMany(e => webhooks[e.TenantId]
            .Where(w => e.Index > w.Route.FromIndex && w.Route.EventTypes.Split(' ').Any(filter => EventFilter.Matches(filter, e.Type)))
            .Select(w => (Event: e, w.WebhookId, w.Route.SiteId))).ToList();
        var sites = await SitesAsync([.. wanted.Where(w => w.SiteId is not null).Select(w => w.Event).Distinct()], store, cancel);
        return
        [
            .. wanted.Where(w => w.SiteId is null || sites.GetValueOrDefault(w.Event.Id) == w.SiteId).Select(w => Route.Deliver(w.Event, $"{w.WebhookId}")),
            .. events.Select(OfCommand).OfType<Route>(),
        ];
    }

    private static Route? OfCommand(Event e) => e.Data switch
    {
        WebhookTested => Route.Deliver(e, $"{e.StreamId}"),
        WebhookRemoved => Route.Close(e, $"{e.StreamId}"),
        WebhookDeliveryReplayed { Event: var again } replayed => Route.Redeliver(e, $"{replayed.WebhookId}", again.Id, again.StreamId, again.Version),
        WebhookDeliveryDropped { Event: var gone } dropped => Route.Drop(e, $"{dropped.WebhookId}", gone.Id, gone.StreamId, gone.Version),
        _ => null,
    };

    // An event is of the site that it names itself, else of the one that its stream's first event names: an item's home.
    private static async Task<Dictionary<Guid, Guid>> SitesAsync(IReadOnlyList<Event> events, IDocumentStore store, CancellationToken cancel)
    {
        var sites = new Dictionary<Guid, Guid>();
        foreach (var e in events)
            if (SiteOf(e.Json) is { } site)
                sites[e.Id] = site;
        var unnamed = events.Where(e => !sites.ContainsKey(e.Id)).ToList();
        if (unnamed.Count == 0)
            return sites;
        var first = (await store.FindWorkAsync("""
            select e.tenant_id, e.stream_id, e.data from (select distinct * from unnest($1, $2) s (tenant_id, stream_id)) s
            join public.mt_events e on e.tenant_id = s.tenant_id and e.stream_id = s.stream_id and e.version = 1
            """,
            [new() { Value = unnamed.Select(e => e.TenantId).ToArray() }, new() { Value = unnamed.Select(e => e.StreamId).ToArray() }],
            row => (Stream: (row.GetString(0), row.GetGuid(1)), Site: SiteOf(row.GetFieldValue<byte[]>(2))), cancel))
            .Where(stream => stream.Site is not null).ToDictionary(stream => stream.Stream, stream => stream.Site!.Value);
        foreach (var e in unnamed)
            if (first.TryGetValue((e.TenantId, e.StreamId), out var site))
                sites[e.Id] = site;
        return sites;
    }

    private static Guid? SiteOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("siteId", out var site)
            && site.ValueKind is JsonValueKind.String && site.TryGetGuid(out var id) ? id : null;
    }
}
