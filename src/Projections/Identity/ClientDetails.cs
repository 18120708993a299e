using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>A key of a client, as it's shown.</summary>
/// <param name="Prefix">How it begins after <c>pk_</c>.</param>
/// <param name="IssuedAt">Since when there is one.</param>
/// <param name="Until">It's valid until then; null: as long as the client.</param>
public sealed record ClientKeyDetails(string Prefix, DateTimeOffset IssuedAt, DateTimeOffset? Until);

/// <summary>A program that calls.</summary>
/// <param name="Id">The client.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">All that it may at most; null: whatever it's granted.</param>
/// <param name="ExpiresAt">From then on it may nothing; null: it doesn't end by itself.</param>
/// <param name="Keys">The one it has, and the one before.</param>
/// <param name="RegisteredAt">When.</param>
/// <param name="RegisteredBy">By whom.</param>
/// <param name="RevokedAt">When it was revoked; null: it wasn't.</param>
/// <param name="RevokedBy">By whom.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record ClientDetails(
    Guid Id, string Name, ImmutableSortedSet<string>? Scopes, DateTimeOffset? ExpiresAt, ImmutableArray<ClientKeyDetails> Keys, DateTimeOffset RegisteredAt, string? RegisteredBy,
    DateTimeOffset? RevokedAt, string? RevokedBy, long Version)
{
    public const string ReadModel = "clients";

    /// <summary>In id order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id::text, data from read.clients where id > $1 order by id limit $2", [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class Clients : SingleStreamProjection<ClientDetails>
{
    public override string Name => ClientDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(ClientRegistered), typeof(ClientKeyRotated), typeof(ClientRevoked));

    protected override JsonTypeInfo<ClientDetails> Json => IdentityReadJson.Default.ClientDetails;

    public override AnalystView Analysts { get; } = new(
        "clients", "Which programs may call, and until when?", "a program that calls", ["id"],
        [
            new("id", "The client's stream."),
            new("name", "For people.", "data->>'name'", "text"),
            new("registered_at", "When, UTC.", "data->>'registeredAt'", "timestamptz"),
            new("expires_at", "From then on it may nothing, UTC; null: it doesn't end by itself.", "data->>'expiresAt'", "timestamptz", Nullable: true),
            new("revoked_at", "When it was revoked, UTC; null: it wasn't.", "data->>'revokedAt'", "timestamptz", Nullable: true),
        ],
        "select c.name, max(a.at) as last_used from analytics.clients c left join analytics.audit_trail a on a.action = 'identity.client-used' and a.actor = 'client:' || c.id group by c.name",
        Permission.ClientsRead);

    public override ClientDetails? Evolve(ClientDetails? document, Event e) => e.Data switch
    {
        ClientRegistered c => new ClientDetails(
            c.ClientId, c.Name, c.Scopes, c.ExpiresAt, [new(c.Key.Prefix, e.Timestamp, null)], e.Timestamp, e.Headers.User, null, null, e.Version),
        _ when document is null => null,
        ClientKeyRotated c => document with
        {
            Keys = [new(c.Key.Prefix, e.Timestamp, null), .. document.Keys.Take(1).Select(key => key with { Until = c.PreviousUntil })],
            Version = e.Version,
        },
        ClientRevoked => document with { RevokedAt = e.Timestamp, RevokedBy = e.Headers.User, Keys = [], Version = e.Version },
        _ => document,
    };
}
