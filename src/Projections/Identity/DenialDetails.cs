using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>A permission that a user or client doesn't have on a scope, or didn't.</summary>
/// <param name="Id">The denial.</param>
/// <param name="GranteeId">The user or the client.</param>
/// <param name="Permission">What is denied.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="By">Who denied it.</param>
/// <param name="At">When.</param>
/// <param name="LiftedBy">Who lifted it; null: it holds.</param>
/// <param name="LiftedAt">When.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record DenialDetails(
    Guid Id, Guid GranteeId, string Permission, Guid? SiteId, string By, DateTimeOffset At, string? LiftedBy, DateTimeOffset? LiftedAt, long Version)
{
    public const string ReadModel = "denials";

    /// <summary>In id order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? granteeId, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id::text, data from read.denials where id > $1 and ($2::uuid is null or grantee_id = $2) order by id limit $3",
        [new() { Value = after }, new() { Value = (object?)granteeId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class Denials : SingleStreamProjection<DenialDetails>
{
    public override string Name => DenialDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(DenialSet), typeof(DenialLifted));

    protected override JsonTypeInfo<DenialDetails> Json => IdentityReadJson.Default.DenialDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<DenialDetails, object?> Value)> Columns { get; } =
        [(new("grantee_id", "uuid not null", NpgsqlDbType.Uuid), d => d.GranteeId)];

    protected override IReadOnlyList<string> Indexes => ["grantee_id, id"];

    public override AnalystView Analysts { get; } = new(
        "denials", "What is denied to whom, whatever was granted?", "a permission denied to a user or client on a scope", ["id"],
        [
            new("id", "The denial's stream."),
            new("grantee_id", "The user or client: users.id or clients.id."),
            new("permission", "What is denied.", "data->>'permission'", "text"),
            new("site_id", "On this site and all below it: sites.id; null: in the whole tenant.", "data->>'siteId'", "uuid", Nullable: true),
            new("denied_by", "Who denied it.", "data->>'by'", "text"),
            new("denied_at", "When, UTC.", "data->>'at'", "timestamptz"),
            new("lifted_at", "When it was lifted, UTC; null: it holds.", "data->>'liftedAt'", "timestamptz", Nullable: true),
        ],
        "select permission, count(*) from analytics.denials where lifted_at is null group by permission", Permission.UsersRead);

    public override DenialDetails? Evolve(DenialDetails? document, Event e) => e.Data switch
    {
        DenialSet d => new DenialDetails(d.DenialId, d.GranteeId, d.Permission, d.SiteId, d.By, e.Timestamp, null, null, e.Version),
        DenialLifted d when document is not null => document with { LiftedBy = d.By, LiftedAt = e.Timestamp, Version = e.Version },
        _ => document,
    };
}
