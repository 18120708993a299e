using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Audit;

/// <summary>A key that somebody signs with, or did.</summary>
/// <param name="Id">The key's stream.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Name">For people.</param>
/// <param name="Algorithm">Ed25519 or ES256.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo, base64.</param>
/// <param name="From">When it was registered.</param>
/// <param name="Until">When it was revoked; null: it's in use.</param>
/// <param name="RevokedBy">Who revoked it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SigningKeyDetails(
    Guid Id, string Subject, string Name, string Algorithm, string PublicKey, DateTimeOffset From, DateTimeOffset? Until, string? RevokedBy, string? Reason, long Version)
{
    public const string ReadModel = "signing_keys";

    /// <summary>Keys in id order, of one holder or of all.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? subject, Guid after, int limit, CancellationToken cancel) => subject is null
        ? session.QueryAsync(ReadModel, "select id::text, data from read.signing_keys where id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel)
        : session.QueryAsync(ReadModel, "select id::text, data from read.signing_keys where subject = $3 and id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }, new() { Value = subject, NpgsqlDbType = NpgsqlDbType.Text }], StoredDocument.Read, cancel);
}

public sealed class SigningKeys : SingleStreamProjection<SigningKeyDetails>
{
    public override string Name => SigningKeyDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SigningKeyRegistered), typeof(SigningKeyRevoked));

    protected override JsonTypeInfo<SigningKeyDetails> Json => AuditReadJson.Default.SigningKeyDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<SigningKeyDetails, object?> Value)> Columns { get; } =
        [(new("subject", "varchar not null", NpgsqlDbType.Varchar), d => d.Subject)];

    protected override IReadOnlyList<string> Indexes => ["subject, id"];

    public override AnalystView Analysts { get; } = new(
        "signing_keys", "Who signs with which key, and until when could they?", "a key that somebody signs with, or did", ["id"],
        [
            new("id", "The key's stream."),
            new("subject", "Its holder: subject of the token."),
            new("name", "For people.", "data->>'name'", "text"),
            new("algorithm", "Ed25519 or ES256.", "data->>'algorithm'", "text"),
            new("public_key", "SubjectPublicKeyInfo, base64.", "data->>'publicKey'", "text"),
            new("registered_at", "When it was registered, UTC.", "data->>'from'", "timestamptz"),
            new("revoked_at", "When it was revoked, UTC; null: it's in use.", "data->>'until'", "timestamptz", Nullable: true),
            new("revoked_by", "Who revoked it; null: it's in use.", "data->>'revokedBy'", "text", Nullable: true),
            new("reason", "Why it was revoked; null: it's in use.", "data->>'reason'", "text", Nullable: true),
        ],
        "select subject, count(*) filter (where revoked_at is null) as in_use from analytics.signing_keys group by subject",
        Permission.LedgerRead);

    public override SigningKeyDetails? Evolve(SigningKeyDetails? document, Event e) => e.Data switch
    {
        SigningKeyRegistered key => new SigningKeyDetails(key.KeyId, key.Subject, key.Name, key.Algorithm, key.PublicKey, e.Timestamp, null, null, null, e.Version),
        SigningKeyRevoked revoked when document is not null =>
            document with { Until = e.Timestamp, RevokedBy = e.Headers.User, Reason = revoked.Reason, Version = e.Version },
        _ => document,
    };
}
