using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>That a user is in a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Joined">Log index of the event by which they are.</param>
/// <param name="JoinedAt">Since when.</param>
public sealed record Membership(Guid GroupId, long Joined, DateTimeOffset JoinedAt);

/// <summary>Who is in a group: no two sets of members that it ever had have the same.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">Log index of the last event by which one of them is; -1: nobody is.</param>
/// <param name="LastAt">When that was.</param>
public sealed record MembersState(long Count, long Last, DateTimeOffset? LastAt)
{
    public static MembersState None { get; } = new(0, -1, null);
}

/// <summary>Who is in which group. The rows of a group that was removed stay, and count for nothing.</summary>
public sealed class GroupMembers : StreamRowsProjection<Membership>
{
    public const string ReadModel = "group_members";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(UserJoinedGroup), typeof(UserLeftGroup));

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("group_id", "uuid not null", NpgsqlDbType.Uuid)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } = [new("joined", "bigint not null", NpgsqlDbType.Bigint), new("joined_at", "timestamptz not null", NpgsqlDbType.TimestampTz)];

    protected override IReadOnlyList<string> Indexes => ["group_id, stream_id"];

    public override AnalystView Analysts { get; } = new(
        "group_members", "Who is in which group?", "a user in a group", ["user_id", "group_id"],
        [
            new("user_id", "The user: users.id.", "stream_id", "uuid"),
            new("group_id", "The group: groups.id; one that was removed isn't there any more."),
            new("joined_at", "Since when, UTC."),
        ],
        "select group_id, count(*) from analytics.group_members group by group_id", Permission.UsersRead);

    /// <summary>Members of a group, in id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<(Guid UserId, DateTimeOffset Since)>> ListAsync(IQuerySession session, Guid groupId, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select stream_id, joined_at from read.group_members where group_id = $1 and stream_id > $2 order by stream_id limit $3",
        [new() { Value = groupId }, new() { Value = after }, new() { Value = limit }], row => (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)), cancel);

    /// <summary>Members of some groups, in id order.</summary>
    public static Task<Answer<(Guid GroupId, Guid UserId)>> OfAsync(IQuerySession session, IReadOnlyCollection<Guid> groups, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select group_id, stream_id from read.group_members where group_id = any ($1) order by group_id, stream_id limit $2",
        [new() { Value = groups.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = limit }], row => (row.GetGuid(0), row.GetGuid(1)), cancel);

    /// <summary>Where the members of some groups stand; groups without are left out.</summary>
    public static async Task<IReadOnlyDictionary<Guid, MembersState>> StatesAsync(IQuerySession session, IReadOnlyCollection<Guid> groups, CancellationToken cancel) => (await session.QueryAsync(
        ReadModel, "select group_id, count(*), max(joined), max(joined_at) from read.group_members where group_id = any ($1) group by group_id",
        [new() { Value = groups.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }],
        row => (Id: row.GetGuid(0), State: new MembersState(row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3))), cancel)).Items.ToDictionary(row => row.Id, row => row.State);

    public override IReadOnlyCollection<Membership> Evolve(IReadOnlyCollection<Membership> rows, Event e) => e.Data switch
    {
        UserJoinedGroup u => [.. rows.Where(row => row.GroupId != u.GroupId), new Membership(u.GroupId, e.Index ?? 0, e.Timestamp)],
        UserLeftGroup u => [.. rows.Where(row => row.GroupId != u.GroupId)],
        _ => rows,
    };

    protected override (object[] Key, object?[] Columns) Values(Membership row) => ([row.GroupId], [row.Joined, row.JoinedAt]);

    protected override Membership Read(NpgsqlDataReader reader, int first) => new(reader.GetGuid(first), reader.GetInt64(first + 1), reader.GetFieldValue<DateTimeOffset>(first + 2));
}
