using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>One field of an item that holds another item's id.</summary>
/// <param name="IsLive">In what is published; else in the draft.</param>
/// <param name="Locale">A further locale; empty: the item's own.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Target">The id that it holds.</param>
public sealed record Mention(bool IsLive, string Locale, string Field, Guid Target);

/// <summary>
/// Which item holds which item's id, in which field. Whether that field is a reference isn't known here: who asks knows the content type,
/// and few texts are UUIDs.
/// </summary>
public sealed class ItemMentions : StreamRowsProjection<Mention>
{
    public const string ReadModel = "item_mentions";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ItemCreated), typeof(ItemEdited), typeof(ItemMigrated), typeof(ItemLocaleAdded), typeof(ItemLocaleEdited), typeof(ItemLocaleRemoved),
        typeof(ItemPublished), typeof(ItemUnpublished), typeof(ItemArchived));

    protected override IReadOnlyList<ReadColumn> Key { get; } =
    [
        new("is_live", "boolean not null", NpgsqlDbType.Boolean),
        new("locale", "varchar not null", NpgsqlDbType.Varchar),
        new("field", "varchar not null", NpgsqlDbType.Varchar),
        new("target", "uuid not null", NpgsqlDbType.Uuid),
    ];

    protected override IReadOnlyList<string> Indexes => ["target, stream_id"];

    public override AnalystView Analysts { get; } = new(
        "item_references", "Which item refers to which?", "a field of an item that holds another's id", ["item_id", "is_live", "locale", "field", "target_id"],
        [
            new("item_id", "The item that refers: items.id.", "stream_id", "uuid"),
            new("is_live", "Whether it's in what is published; else in the draft."),
            new("locale", "A further locale of the item; empty: its own."),
            new("field", "Name of the field."),
            new("target_id", "The id that it holds: items.id, where there is such an item.", "target", "uuid"),
        ],
        "select i.slug, count(distinct r.item_id) as referring from analytics.item_references r join analytics.items i on i.id = r.target_id group by i.id, i.slug order by 2 desc",
        Permission.ContentRead);

    /// <summary>Mentions of an item, those of one item after the other, in id order.</summary>
    public static Task<Answer<(Guid ItemId, Mention Mention)>> FindAsync(IQuerySession session, Guid target, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, """
            select m.stream_id, m.is_live, m.locale, m.field, m.target
            from read.item_mentions m
            where m.target = $1 and m.stream_id in (select distinct x.stream_id from read.item_mentions x where x.target = $1 and x.stream_id > $2 order by 1 limit $3)
            order by m.stream_id, m.is_live, m.locale, m.field
            """,
            [new() { Value = target }, new() { Value = after }, new() { Value = limit }],
            row => (row.GetGuid(0), new Mention(row.GetBoolean(1), row.GetString(2), row.GetString(3), row.GetGuid(4))), cancel);

    public override IReadOnlyCollection<Mention> Evolve(IReadOnlyCollection<Mention> rows, Event e) => e.Data switch
    {
        ItemCreated created => [.. Of(false, "", created.Fields)],
        ItemEdited edited => Changed(rows, "", edited.Set, edited.Removed),
        ItemLocaleAdded added => [.. rows, .. Of(false, added.Locale, added.Fields)],
        ItemLocaleEdited edited => Changed(rows, edited.Locale, edited.Set, edited.Removed),
        ItemLocaleRemoved removed => [.. rows.Where(row => row.IsLive || row.Locale != removed.Locale)],
        ItemMigrated migrated => (migrated.Locales ?? []).Aggregate(
            Changed(rows, "", migrated.Set, migrated.Removed), (current, change) => Changed(current, change.Locale, change.Set, change.Removed)),
        ItemPublished published =>
        [
            .. rows.Where(row => !row.IsLive),
            .. Of(true, "", published.Fields),
            .. (published.Locales ?? []).SelectMany(variant => Of(true, variant.Locale, variant.Fields)),
        ],
        ItemUnpublished or ItemArchived => [.. rows.Where(row => !row.IsLive)],
        _ => rows,
    };

    protected override (object[] Key, object?[] Columns) Values(Mention row) => ([row.IsLive, row.Locale, row.Field, row.Target], []);

    protected override Mention Read(NpgsqlDataReader reader, int first) =>
        new(reader.GetBoolean(first), reader.GetString(first + 1), reader.GetString(first + 2), reader.GetGuid(first + 3));

    private static IReadOnlyCollection<Mention> Changed(IReadOnlyCollection<Mention> rows, string locale, Fields set, IEnumerable<string> removed)
    {
        var touched = set.Values.Keys.Concat(removed).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(row => row.IsLive || row.Locale != locale || !touched.Contains(row.Field)), .. Of(false, locale, set)];
    }

    private static IEnumerable<Mention> Of(bool isLive, string locale, Fields fields) => fields.Values.SelectMany(field =>
        (field.Value.ValueKind is JsonValueKind.Array ? field.Value.EnumerateArray().AsEnumerable() : [field.Value])
            .Where(value => value.ValueKind is JsonValueKind.String)
            .Select(value => Guid.TryParseExact(value.GetString(), "D", out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty)
            .Distinct()
            .Select(id => new Mention(isLive, locale, field.Key, id)));
}
