using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>A tenant of the platform.</summary>
/// <param name="Id">Its stream, in the platform's own tenant.</param>
/// <param name="TenantId">12 lower-case base32 characters.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">active, suspended or closed.</param>
/// <param name="ProvisionedAt">When it was started.</param>
/// <param name="Since">Since when its status is what it is.</param>
/// <param name="By">Who made it so.</param>
/// <param name="Reason">Why it's suspended or closed; absent: it's neither.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record TenantEntry(
    Guid Id, string TenantId, string Name, string Status, DateTimeOffset ProvisionedAt, DateTimeOffset Since, string? By, string? Reason, long Version)
{
    public const string ReadModel = "tenant_directory";

    /// <summary>Tenants in the order of their ids; asked in the platform's own tenant.</summary>
    /// <param name="session">The platform's.</param>
    /// <param name="status">Null: of any.</param>
    /// <param name="after">From the first tenant after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? status, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select tenant, data from read.tenant_directory where tenant > $1 and ($2::text is null or status = $2) order by tenant limit $3",
        [new() { Value = after }, new() { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class TenantDirectory : SingleStreamProjection<TenantEntry>
{
    public override string Name => TenantEntry.ReadModel;
    public override int Version => 2;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(TenantProvisioned), typeof(TenantRenamed), typeof(TenantSuspended), typeof(TenantResumed), typeof(TenantClosed));

    protected override JsonTypeInfo<TenantEntry> Json => SitesReadJson.Default.TenantEntry;

    protected override IReadOnlyList<(ReadColumn Column, Func<TenantEntry, object?> Value)> Columns { get; } =
    [
        (new("tenant", "varchar not null", NpgsqlDbType.Varchar), d => d.TenantId),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status),
    ];

    protected override IReadOnlyList<string> Indexes => ["tenant"];

    public override AnalystView Analysts { get; } = new(
        "tenants", "Which tenants are there?", "a tenant: one's own; for analysts of the platform itself, all", ["id"],
        [
            new("id", "The tenant, as tenant_id in all views.", "tenant", "varchar"),
            new("name", "For people.", "data->>'name'", "text"),
            new("status", "active, suspended or closed."),
            new("provisioned_at", "When it was started, UTC.", "data->>'provisionedAt'", "timestamptz"),
            new("since", "Since when its status is what it is, UTC.", "data->>'since'", "timestamptz"),
        ],
        "select name, now() - provisioned_at as age from analytics.tenants order by provisioned_at", Permission.AnalyticsRead, AboutTenant: "tenant");

    public override TenantEntry? Evolve(TenantEntry? document, Event e) => e.Data switch
    {
        TenantProvisioned t => new TenantEntry(e.StreamId, t.TenantId, t.Name, TenantStatus.Active, e.Timestamp, e.Timestamp, e.Headers.User, null, e.Version),
        _ when document is null => null,
        TenantRenamed t => document with { Name = t.Name, Version = e.Version },
        TenantSuspended t => Turned(document, TenantStatus.Suspended, t.Reason, e),
        TenantResumed => Turned(document, TenantStatus.Active, null, e),
        TenantClosed t => Turned(document, TenantStatus.Closed, t.Reason, e),
        _ => document,
    };

    private static TenantEntry Turned(TenantEntry tenant, string status, string? reason, Event e) =>
        tenant with { Status = status, Since = e.Timestamp, By = e.Headers.User, Reason = reason, Version = e.Version };
}
