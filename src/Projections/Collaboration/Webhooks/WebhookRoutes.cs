using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Collaboration;
using Platform.EventStore;

namespace Platform.Projections.Collaboration;

/// <summary>What a webhook is told of.</summary>
/// <param name="EventTypes">Filters, apart by spaces.</param>
/// <param name="SiteId">Only events of this site; null: of all.</param>
/// <param name="Enabled">Whether it's told of anything.</param>
/// <param name="FromIndex">Log index of the event that began or enabled it: of those before it's told nothing.</param>
public sealed record WebhookRoute(string EventTypes, Guid? SiteId, bool Enabled, long FromIndex);

/// <summary>Where events go, a row a webhook; for the subscription, over all tenants.</summary>
public sealed class WebhookRoutes : StreamRowsProjection<WebhookRoute>
{
    public const string ReadModel = "webhook_routes";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } =
        Aliases.Of(typeof(WebhookCreated), typeof(WebhookChanged), typeof(WebhookEnabled), typeof(WebhookDisabled), typeof(WebhookRemoved));

    public override string NotForAnalysts => "The same webhooks as analytics.webhooks, as the platform itself looks them up.";

    protected override IReadOnlyList<ReadColumn> Key => [];

    protected override IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("event_types", "text not null", NpgsqlDbType.Text), new("site_id", "uuid", NpgsqlDbType.Uuid), new("enabled", "boolean not null", NpgsqlDbType.Boolean),
        new("from_index", "bigint not null", NpgsqlDbType.Bigint),
    ];

    /// <summary>The enabled webhooks of tenants.</summary>
    /// <param name="store">Of all tenants.</param>
    /// <param name="tenants">Which.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<ILookup<string, (Guid WebhookId, WebhookRoute Route)>> FindAsync(IDocumentStore store, IEnumerable<string> tenants, CancellationToken cancel) =>
        (await store.FindWorkAsync("""
            select tenant_id, stream_id, event_types, site_id, enabled, from_index from read.webhook_routes where tenant_id = any ($1) and enabled order by tenant_id, stream_id
            """,
            [new() { Value = tenants.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar }],
            row => (Tenant: row.GetString(0), WebhookId: row.GetGuid(1), Route: ReadRoute(row, 2)), cancel)).ToLookup(f => f.Tenant, f => (f.WebhookId, f.Route));

    public override IReadOnlyCollection<WebhookRoute> Evolve(IReadOnlyCollection<WebhookRoute> rows, Event e) => e.Data switch
    {
        WebhookCreated { Settings: var s } => [new WebhookRoute(string.Join(' ', s.Events), s.SiteId, Enabled: true, e.Index ?? 0)],
        WebhookChanged { Settings: var s } => [.. rows.Select(r => r with { EventTypes = string.Join(' ', s.Events), SiteId = s.SiteId })],
        WebhookEnabled => [.. rows.Select(r => r with { Enabled = true, FromIndex = e.Index ?? 0 })],
        WebhookDisabled => [.. rows.Select(r => r with { Enabled = false })],
        WebhookRemoved => [],
        _ => rows,
    };

    protected override (object[] Key, object?[] Columns) Values(WebhookRoute row) => ([], [row.EventTypes, row.SiteId, row.Enabled, row.FromIndex]);

    protected override WebhookRoute Read(NpgsqlDataReader reader, int first) => ReadRoute(reader, first);

    private static WebhookRoute ReadRoute(NpgsqlDataReader reader, int first) =>
        new(reader.GetString(first), reader.IsDBNull(first + 1) ? null : reader.GetGuid(first + 1), reader.GetBoolean(first + 2), reader.GetInt64(first + 3));
}
