using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>A role that a user or client has on a scope, or was to have.</summary>
/// <param name="Id">The grant.</param>
/// <param name="GranteeId">The user or the client.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before; null: from the start.</param>
/// <param name="ExpiresAt">It has no effect from then on; null: it doesn't end by itself.</param>
/// <param name="Status">requested, given, refused or revoked. One that has expired stays given.</param>
/// <param name="By">Who asked for it or gave it.</param>
/// <param name="At">When.</param>
/// <param name="DecidedBy">Who approved or refused it; null: nobody did, or nobody had to.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Approved">Dangerous permissions that were agreed to.</param>
/// <param name="RevokedBy">Who revoked it; null: nobody did.</param>
/// <param name="RevokedAt">When.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record GrantDetails(
    Guid Id, Guid GranteeId, string Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, GrantStatus Status, string By, DateTimeOffset At,
    string? DecidedBy, DateTimeOffset? DecidedAt, ImmutableSortedSet<string> Approved, string? RevokedBy, DateTimeOffset? RevokedAt, long Version)
{
    public const string ReadModel = "grants";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="granteeId">Null: of anybody.</param>
    /// <param name="siteId">Null: on any scope.</param>
    /// <param name="status">Null: of any.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? granteeId, Guid? siteId, string? status, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, """
        select id::text, data from read.grants
        where id > $1 and ($2::uuid is null or grantee_id = $2) and ($3::uuid is null or site_id = $3) and ($4::text is null or status = $4) order by id limit $5
        """,
        [
            new() { Value = after },
            new() { Value = (object?)granteeId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = limit },
        ], StoredDocument.Read, cancel);
}

public sealed class Grants : SingleStreamProjection<GrantDetails>
{
    public override string Name => GrantDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(GrantRequested), typeof(GrantGiven), typeof(GrantApproved), typeof(GrantRefused), typeof(GrantRevoked));

    protected override JsonTypeInfo<GrantDetails> Json => IdentityReadJson.Default.GrantDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<GrantDetails, object?> Value)> Columns { get; } =
    [
        (new("grantee_id", "uuid not null", NpgsqlDbType.Uuid), d => d.GranteeId),
        (new("site_id", "uuid", NpgsqlDbType.Uuid), d => d.SiteId),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => Text(d.Status)),
    ];

    protected override IReadOnlyList<string> Indexes => ["grantee_id, id", "site_id, id"];

    public override AnalystView Analysts { get; } = new(
        "grants", "Who has which role where, since when, and who gave it to them?", "a role on a scope for a user or client", ["id"],
        [
            new("id", "The grant's stream."),
            new("grantee_id", "The user or client: users.id or clients.id."),
            new("role", "Name of the role: roles.name.", "data->>'role'", "text"),
            new("site_id", "On this site and all below it: sites.id; null: in the whole tenant."),
            new("not_before", "It has no effect before, UTC; null: from the start.", "data->>'notBefore'", "timestamptz", Nullable: true),
            new("expires_at", "It has no effect from then on, UTC; null: it doesn't end by itself.", "data->>'expiresAt'", "timestamptz", Nullable: true),
            new("status", "requested, given, refused or revoked; one that has expired stays given."),
            new("given_by", "Who asked for it or gave it.", "data->>'by'", "text"),
            new("given_at", "When, UTC.", "data->>'at'", "timestamptz"),
            new("decided_by", "Who approved or refused it; null: nobody did, or nobody had to.", "data->>'decidedBy'", "text", Nullable: true),
            new("revoked_at", "When it was revoked, UTC; null: it wasn't.", "data->>'revokedAt'", "timestamptz", Nullable: true),
        ],
        "select role, count(*) from analytics.grants where status = 'given' and (expires_at is null or expires_at > now()) group by role", Permission.UsersRead);

    public override GrantDetails? Evolve(GrantDetails? document, Event e) => e.Data switch
    {
        GrantRequested g => new GrantDetails(g.GrantId, g.GranteeId, g.Role, g.SiteId, g.NotBefore, g.ExpiresAt, GrantStatus.Requested, g.By, e.Timestamp, null, null, [], null, null, e.Version),
        GrantGiven g => new GrantDetails(g.GrantId, g.GranteeId, g.Role, g.SiteId, g.NotBefore, g.ExpiresAt, GrantStatus.Given, g.By, e.Timestamp, null, null, [], null, null, e.Version),
        _ when document is null => null,
        GrantApproved g => document with { Status = GrantStatus.Given, DecidedBy = g.By, DecidedAt = e.Timestamp, Approved = document.Approved.Union(g.Permissions), Version = e.Version },
        GrantRefused g => document with { Status = GrantStatus.Refused, DecidedBy = g.By, DecidedAt = e.Timestamp, Version = e.Version },
        GrantRevoked g => document with { Status = GrantStatus.Revoked, RevokedBy = g.By, RevokedAt = e.Timestamp, Version = e.Version },
        _ => document,
    };

    private static string Text(GrantStatus status) => status switch
    {
        GrantStatus.Requested => "requested",
        GrantStatus.Given => "given",
        GrantStatus.Refused => "refused",
        _ => "revoked",
    };
}
