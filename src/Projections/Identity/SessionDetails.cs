using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>That somebody is signed in, or was.</summary>
/// <param name="Id">The session.</param>
/// <param name="Provider">Name of the provider that they signed in with.</param>
/// <param name="Subject">Who: <c>oidc:</c>, the provider's name, <c>|</c>, and claim <c>sub</c>.</param>
/// <param name="Roles">Roles that their claims gave, sorted.</param>
/// <param name="OpenedAt">Since when.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="EndedAt">When it ended before its time; null: it didn't.</param>
/// <param name="EndReason">signed-out, replaced, ended-by-provider, revoked or user-removed.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SessionDetails(
    Guid Id, string Provider, string Subject, ImmutableSortedSet<string> Roles, DateTimeOffset OpenedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, string? EndReason, long Version)
{
    public const string ReadModel = "sessions";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="subject">Only whoever has this subject; null: all.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? subject, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id::text, data->'session' from read.sessions where id > $1 and ($2::text is null or subject = $2) order by id limit $3",
        [new() { Value = after }, new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>Sessions that a provider means when it ends one of its own (Back-Channel Logout 1.0, section 2.7), in id order: those of a session there, or all of a subject.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="subject">Only of this subject; null: of any.</param>
    /// <param name="providerSession">Only of this session there, and of the subject those of which the provider named none; null: of any.</param>
    /// <param name="now">Those that are over by now don't matter.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<Guid>> OfProviderAsync(IQuerySession session, string? subject, string? providerSession, DateTimeOffset now, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel,
        """
        select id from read.sessions where ($1::text is null or subject = $1) and ($2::text is null or provider_session = $2 or $1::text is not null and provider_session is null)
            and not is_ended and expires_at > $3 and id > $4 order by id limit $5
        """,
        [
            new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)providerSession ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = now },
            new() { Value = after },
            new() { Value = limit },
        ], row => row.GetGuid(0), cancel);

    /// <summary>Sessions that ended before their time, after a place in the log.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="now">Those that are over by now don't matter.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<Guid>> EndedAsync(IQuerySession session, long after, DateTimeOffset now, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id from read.sessions where tenant_id = $1 and is_ended and changed > $2 and expires_at > $3",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }, new() { Value = now }], row => row.GetGuid(0), cancel);
}

/// <summary>A session as it's shown, with what it's found by.</summary>
/// <param name="Session">As it is now.</param>
/// <param name="ProviderSession">The session at the provider, with the provider's name; null: it named none.</param>
/// <param name="Changed">Log index of the event that made it so.</param>
public sealed record KeptSession(SessionDetails Session, string? ProviderSession, long Changed);

public sealed class Sessions : SingleStreamProjection<KeptSession>
{
    public override string Name => SessionDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SessionOpened), typeof(SessionEnded));

    protected override JsonTypeInfo<KeptSession> Json => IdentityReadJson.Default.KeptSession;

    protected override IReadOnlyList<(ReadColumn Column, Func<KeptSession, object?> Value)> Columns { get; } =
    [
        (new("subject", "varchar not null", NpgsqlDbType.Varchar), d => d.Session.Subject),
        (new("provider_session", "varchar", NpgsqlDbType.Varchar), d => d.ProviderSession),
        (new("is_ended", "boolean not null", NpgsqlDbType.Boolean), d => d.Session.EndedAt is not null),
        (new("expires_at", "timestamptz not null", NpgsqlDbType.TimestampTz), d => d.Session.ExpiresAt),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["subject, id", "provider_session", "changed"];

    public override AnalystView Analysts { get; } = new(
        "sessions", "How often and for how long are people signed in?", "a session", ["id"],
        [
            new("id", "The session's stream."),
            new("provider", "With which provider: sign_in_providers.name.", "data->'session'->>'provider'", "text"),
            new("opened_at", "Since when, UTC.", "data->'session'->>'openedAt'", "timestamptz"),
            new("expires_at", "Until when, UTC."),
            new("ended_at", "When it ended before its time, UTC; null: it didn't.", "data->'session'->>'endedAt'", "timestamptz", Nullable: true),
            new("end_reason", "signed-out, replaced, ended-by-provider, revoked or user-removed; null: it didn't end before its time.", "data->'session'->>'endReason'", "text", Nullable: true),
        ],
        "select provider, count(*) from analytics.sessions group by provider", Permission.UsersRead);

    public override KeptSession? Evolve(KeptSession? document, Event e) => e.Data switch
    {
        SessionOpened s => new(
            new SessionDetails(s.SessionId, s.Provider, s.Subject, s.Roles, e.Timestamp, s.ExpiresAt, null, null, e.Version),
            s.ProviderSession is null ? null : SignInProvider.SubjectOf(s.Provider, s.ProviderSession), e.Index ?? 0),
        SessionEnded s when document is not null => document with { Session = document.Session with { EndedAt = e.Timestamp, EndReason = s.Reason, Version = e.Version }, Changed = e.Index ?? 0 },
        _ => document,
    };
}
