using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>Users who have roles together.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">For people.</param>
/// <param name="ExternalId">What a directory calls it; null: none does.</param>
/// <param name="DefinedAt">Since when there is one.</param>
/// <param name="DefinedBy">Who made it so.</param>
/// <param name="ChangedAt">When it was last said anew what it's called; null: never.</param>
/// <param name="Version">Stream version: what If-Match takes. Its members are in streams of their own.</param>
public sealed record GroupDetails(Guid Id, string Name, string? ExternalId, DateTimeOffset DefinedAt, string? DefinedBy, DateTimeOffset? ChangedAt, long Version)
{
    public const string ReadModel = "groups";

    private const string Columns = "select id::text, data from read.groups";

    /// <summary>In id order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"{Columns} where id > $1 order by id limit $2", [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>These, in id order.</summary>
    public static Task<Answer<StoredDocument>> OfAsync(IQuerySession session, IReadOnlyCollection<Guid> ids, CancellationToken cancel) => session.QueryAsync(
        ReadModel, $"{Columns} where id = any ($1) order by id", [new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], StoredDocument.Read, cancel);

    /// <summary>A page by number of those that are called so, in id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="id">Null: any.</param>
    /// <param name="name">Letter case doesn't count; null: any.</param>
    /// <param name="externalId">Null: any.</param>
    /// <param name="skip">Groups before the first.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <returns>The page, and how many there are in all.</returns>
    public static async Task<(IReadOnlyList<StoredDocument> Page, long All)> FindAsync(
        IQuerySession session, Guid? id, string? name, string? externalId, long skip, int limit, CancellationToken cancel)
    {
        const string which = "from read.groups where ($1::uuid is null or id = $1) and ($2::text is null or name_key = $2) and ($3::text is null or external_id = $3)";
        NpgsqlParameter[] Given() =>
        [
            new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = (object?)(name is null ? null : KeyOf(name)) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)externalId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        ];
        var count = await session.QueryAsync(ReadModel, $"select count(*) {which}", Given(), row => row.GetInt64(0), cancel);
        var page = await session.QueryAsync(ReadModel, $"select id::text, data {which} order by id offset $4 limit $5", [.. Given(), new() { Value = skip }, new() { Value = limit }], StoredDocument.Read, cancel);
        return (page.Items, count.Items[0]);
    }

    /// <summary>What names have in common between which letter case makes the only difference.</summary>
    internal static string KeyOf(string name) => PersonalData.Normal(name);
}

public sealed class Groups : SingleStreamProjection<GroupDetails>
{
    public override string Name => GroupDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(GroupDefined), typeof(GroupRenamed), typeof(GroupExternalIdChanged), typeof(GroupRemoved));

    protected override JsonTypeInfo<GroupDetails> Json => IdentityReadJson.Default.GroupDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<GroupDetails, object?> Value)> Columns { get; } =
    [
        (new("name_key", "varchar not null", NpgsqlDbType.Varchar), d => GroupDetails.KeyOf(d.Name)),
        (new("external_id", "varchar", NpgsqlDbType.Varchar), d => d.ExternalId),
    ];

    protected override IReadOnlyList<string> Indexes => ["name_key", "external_id"];

    public override AnalystView Analysts { get; } = new(
        "groups", "Which groups of users are there?", "a group of users", ["id"],
        [
            new("id", "The group's stream; as in grants.grantee_id."),
            new("name", "For people.", "data->>'name'", "text"),
            new("external_id", "What a directory calls it; null: none does."),
            new("defined_at", "Since when there is one, UTC.", "data->>'definedAt'", "timestamptz"),
            new("version", "Events of the group so far, those of its members apart.", "data->>'version'", "bigint"),
        ],
        "select g.name, count(*) from analytics.groups g join analytics.group_members m on m.group_id = g.id group by g.id, g.name", Permission.UsersRead);

    public override GroupDetails? Evolve(GroupDetails? document, Event e) => e.Data switch
    {
        GroupDefined g => new GroupDetails(g.GroupId, g.Name, g.ExternalId, e.Timestamp, e.Headers.User, null, e.Version),
        GroupRemoved => null,
        _ when document is null => null,
        GroupRenamed g => document with { Name = g.Name, ChangedAt = e.Timestamp, Version = e.Version },
        GroupExternalIdChanged g => document with { ExternalId = g.ExternalId, ChangedAt = e.Timestamp, Version = e.Version },
        _ => document,
    };
}
