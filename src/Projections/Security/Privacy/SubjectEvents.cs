using System.Collections.Frozen;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Projections.Security;

/// <summary>An event about a person.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="EventId">Its id.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">In the stream.</param>
/// <param name="Type">Alias.</param>
/// <param name="At">When it was recorded.</param>
public sealed record SubjectEvent(long Sequence, Guid EventId, Guid StreamId, long Version, string Type, DateTimeOffset At);

/// <summary>Which events are about whom: a row an event and person, of the person's own stream or of any other that has a text about them.</summary>
public sealed class SubjectEvents : FlatTableProjection
{
    public const string ReadModel = "subject_events";

    private static readonly FrozenDictionary<string, EventEntry> About = EventCatalog.All
        .Where(entry => entry.Value.Personal.Length > 0 || entry.Value.ClrType.IsAssignableTo(typeof(IAboutSubject))).ToFrozenDictionary(StringComparer.Ordinal);

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = [.. About.Keys.Order(StringComparer.Ordinal)];

    protected override bool IsAppendOnly => true;

    public override string NotForAnalysts => "Which events are about whom would tie what people did together; analytics.data_subjects counts them.";

    public override ReadTable Table { get; } = new(
        [new("subject_id", "uuid not null", NpgsqlDbType.Uuid), new("sequence", "bigint not null", NpgsqlDbType.Bigint)],
        [
            new("event_id", "uuid not null", NpgsqlDbType.Uuid), new("stream_id", "uuid not null", NpgsqlDbType.Uuid), new("version", "bigint not null", NpgsqlDbType.Bigint),
            new("type", "varchar not null", NpgsqlDbType.Varchar), new("at", "timestamptz not null", NpgsqlDbType.TimestampTz),
        ],
        ["subject_id, at"]);

    /// <summary>Events about a person, in order of sequence.</summary>
    public static Task<Answer<SubjectEvent>> OfAsync(IQuerySession session, Guid subjectId, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select sequence, event_id, stream_id, version, type, at from read.subject_events where subject_id = $1 and sequence > $2 order by sequence limit $3",
        [new() { Value = subjectId }, new() { Value = after }, new() { Value = limit }],
        row => new SubjectEvent(row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5)), cancel);

    /// <summary>Ids of all keys that texts about a person were sealed under, by the texts themselves; for the job that erases, whatever the key store has.</summary>
    public static async Task<IReadOnlyCollection<Guid>> KeysOfAsync(IDocumentStore store, string tenantId, Guid subjectId, CancellationToken cancel) =>
        (await store.FindWorkAsync("""
            select e.data, e.id from read.subject_events s
            join public.mt_events e on e.tenant_id = s.tenant_id and e.stream_id = s.stream_id and e.version = s.version
            where s.tenant_id = $1 and s.subject_id = $2
            """,
            [new() { Value = tenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = subjectId }],
            row => SealedTexts.Of(row.GetFieldValue<byte[]>(0), tenantId, row.GetGuid(1)).Texts.Where(text => text.SubjectId == subjectId).Select(text => text.KeyId).ToList(), cancel))
        .SelectMany(ids => ids).ToHashSet();

    /// <summary>Those of some people whom the model has an event about.</summary>
    public static async Task<IReadOnlyCollection<Guid>> KnownAmongAsync(IQuerySession session, IReadOnlyCollection<Guid> subjectIds, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select distinct subject_id from read.subject_events where subject_id = any ($1)",
            [new() { Value = subjectIds.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], row => row.GetGuid(0), cancel)).Items;

    /// <summary>When the newest event about a person was recorded that the model has, in whatever stream; null: it has none.</summary>
    public static async Task<DateTimeOffset?> NewestAsync(IQuerySession session, Guid subjectId, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select at from read.subject_events where subject_id = $1 order by at desc limit 1",
            [new() { Value = subjectId }], row => row.GetFieldValue<DateTimeOffset>(0), cancel)).Items is [var at] ? at : null;

    protected override void Apply(Event e, RowBatch rows)
    {
        foreach (var subject in SubjectsOf(e.Data, About[e.Type]))
            rows.Upsert(e.TenantId, [subject, e.Sequence], [e.Id, e.StreamId, e.Version, e.Type, e.Timestamp]);
    }

    private static IEnumerable<Guid> SubjectsOf(object e, EventEntry entry)
    {
        var subjects = entry.Personal.Where(member => member.Text(e) is not null).Select(member => member.Subject(e)).OfType<Guid>();
        return (e is IAboutSubject about ? subjects.Append(about.SubjectId) : subjects).Distinct();
    }
}
