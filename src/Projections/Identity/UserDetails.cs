using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>Somebody who is known in the tenant. What they are called is with the data subject that they are.</summary>
/// <param name="Id">The user.</param>
/// <param name="PersonId">The data subject.</param>
/// <param name="Subject">Claim <c>sub</c> of their tokens; null: invited, and not linked yet.</param>
/// <param name="Status">invited, active or suspended.</param>
/// <param name="RegisteredAt">Since when they are known.</param>
/// <param name="RegisteredBy">Who made them so.</param>
/// <param name="SuspendedAt">Since when they are suspended; null: they aren't.</param>
/// <param name="SuspendedBy">By whom.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record UserDetails(
    Guid Id, Guid PersonId, string? Subject, string Status, DateTimeOffset RegisteredAt, string? RegisteredBy, DateTimeOffset? SuspendedAt, string? SuspendedBy, long Version)
{
    public const string ReadModel = "users";
    public const string Invited = "invited", Active = "active", Suspended = "suspended";

    private const string Columns = "select id::text, data from read.users";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="status">Null: of any.</param>
    /// <param name="subject">Only whoever has this subject; null: all.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? status, string? subject, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, $"{Columns} where id > $1 and ($2::text is null or status = $2) and ($3::text is null or subject = $3) order by id limit $4",
        [
            new() { Value = after },
            new() { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = limit },
        ], StoredDocument.Read, cancel);

    /// <summary>The users that these data subjects are, in id order.</summary>
    public static Task<Answer<StoredDocument>> OfPersonsAsync(IQuerySession session, IReadOnlyCollection<Guid> persons, CancellationToken cancel) => session.QueryAsync(
        ReadModel, $"{Columns} where person_id = any ($1) order by id", [new() { Value = persons.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], StoredDocument.Read, cancel);
}

public sealed class Users : SingleStreamProjection<UserDetails>
{
    public override string Name => UserDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(UserRegistered), typeof(UserLinked), typeof(UserSuspended), typeof(UserResumed));

    protected override JsonTypeInfo<UserDetails> Json => IdentityReadJson.Default.UserDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<UserDetails, object?> Value)> Columns { get; } =
    [
        (new("person_id", "uuid not null", NpgsqlDbType.Uuid), d => d.PersonId),
        (new("subject", "varchar", NpgsqlDbType.Varchar), d => d.Subject),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status),
    ];

    protected override IReadOnlyList<string> Indexes => ["person_id", "subject"];

    public override AnalystView Analysts { get; } = new(
        "users", "Who is known in the tenant, and may they come in?", "a user", ["id"],
        [
            new("id", "The user's stream."),
            new("person_id", "The data subject that they are: data_subjects.id."),
            new("status", "invited, active or suspended."),
            new("registered_at", "Since when they are known, UTC.", "data->>'registeredAt'", "timestamptz"),
            new("suspended_at", "Since when they are suspended, UTC; null: they aren't.", "data->>'suspendedAt'", "timestamptz", Nullable: true),
            new("version", "Events of the user so far.", "data->>'version'", "bigint"),
        ],
        "select status, count(*) from analytics.users group by status", Permission.UsersRead);

    public override UserDetails? Evolve(UserDetails? document, Event e) => e.Data switch
    {
        UserRegistered u => new UserDetails(u.UserId, u.PersonId, u.Subject, u.Subject is null ? UserDetails.Invited : UserDetails.Active, e.Timestamp, e.Headers.User, null, null, e.Version),
        _ when document is null => null,
        UserLinked u => document with { Subject = u.Subject, Status = document.SuspendedAt is null ? UserDetails.Active : UserDetails.Suspended, Version = e.Version },
        UserSuspended => document with { Status = UserDetails.Suspended, SuspendedAt = e.Timestamp, SuspendedBy = e.Headers.User, Version = e.Version },
        UserResumed => document with { Status = document.Subject is null ? UserDetails.Invited : UserDetails.Active, SuspendedAt = null, SuspendedBy = null, Version = e.Version },
        _ => document,
    };
}
