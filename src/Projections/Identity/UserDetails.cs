using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Ledger;

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

    /// <summary>What a directory calls them, sealed; null: nothing, or there is none.</summary>
    public PersonalText? ExternalId { get; init; }

    /// <summary>The name that they were given, sealed; null: none is kept.</summary>
    public PersonalText? GivenName { get; init; }

    /// <summary>Their family's, sealed; null: none is kept.</summary>
    public PersonalText? FamilyName { get; init; }

    /// <summary>Groups that they are in, removed ones among them; null: none.</summary>
    public ImmutableSortedSet<Guid>? Groups { get; init; }

    /// <summary>When any of it last changed; null: never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

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

    /// <summary>Whoever has this id, or this subject.</summary>
    public static Task<Answer<StoredDocument>> NamedAsync(IQuerySession session, Guid? id, string? subject, CancellationToken cancel) => session.QueryAsync(
        ReadModel, $"{Columns} where id = $1 or subject = $2 order by id",
        [new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = (object?)subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }], StoredDocument.Read, cancel);

    /// <summary>A page by number, in id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="skip">Users before the first.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> PageAsync(IQuerySession session, long skip, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"{Columns} order by id offset $1 limit $2", [new() { Value = skip }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>How many there are.</summary>
    public static async Task<long> CountAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select count(*) from read.users", [], row => row.GetInt64(0), cancel)).Items[0];
}

public sealed class Users : SingleStreamProjection<UserDetails>
{
    public override string Name => UserDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(UserRegistered), typeof(UserProvisioned), typeof(UserLinked), typeof(UserSuspended), typeof(UserResumed), typeof(UserJoinedGroup), typeof(UserLeftGroup), typeof(UserRemoved));

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
        UserRegistered => Next(document, e),
        _ => Next(document, e) is { } next ? next with { ChangedAt = e.Timestamp } : null,
    };

    private static UserDetails? Next(UserDetails? document, Event e) => e.Data switch
    {
        UserRegistered u => new UserDetails(u.UserId, u.PersonId, u.Subject, u.Subject is null ? UserDetails.Invited : UserDetails.Active, e.Timestamp, e.Headers.User, null, null, e.Version),
        _ when document is null => null,
        UserRemoved => null,
        UserProvisioned u => document with { ExternalId = u.ExternalId, GivenName = u.GivenName, FamilyName = u.FamilyName, Version = e.Version },
        UserJoinedGroup u => document with { Groups = (document.Groups ?? []).Add(u.GroupId), Version = e.Version },
        UserLeftGroup u => document with { Groups = document.Groups?.Remove(u.GroupId), Version = e.Version },
        UserLinked u => document with { Subject = u.Subject, Status = document.SuspendedAt is null ? UserDetails.Active : UserDetails.Suspended, Version = e.Version },
        UserSuspended => document with { Status = UserDetails.Suspended, SuspendedAt = e.Timestamp, SuspendedBy = e.Headers.User, Version = e.Version },
        UserResumed => document with { Status = document.Subject is null ? UserDetails.Invited : UserDetails.Active, SuspendedAt = null, SuspendedBy = null, Version = e.Version },
        _ => document,
    };
}
