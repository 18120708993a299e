using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Audit;

/// <summary>What somebody signed.</summary>
/// <param name="Id">The signature's stream.</param>
/// <param name="KeyId">The key.</param>
/// <param name="Signer">Its holder.</param>
/// <param name="Kind">version, approval or deployment.</param>
/// <param name="StreamId">Stream of the event that is signed.</param>
/// <param name="StreamVersion">The event's version in that.</param>
/// <param name="EventHash">The event's hash as chained, lower hex.</param>
/// <param name="Meaning">What the signer says by it.</param>
/// <param name="Statement">What was signed, to the letter.</param>
/// <param name="Signature">Base64.</param>
/// <param name="At">When it was given.</param>
/// <param name="EventId">The event that recorded the signature; its proof is at <c>/api/ledger/proof?event=</c>.</param>
/// <param name="Sequence">Marten's <c>seq_id</c> of that event.</param>
public sealed record SignatureDetails(
    Guid Id, Guid KeyId, string Signer, string Kind, Guid StreamId, long StreamVersion, string EventHash, string Meaning, string Statement, string Signature,
    DateTimeOffset At, Guid EventId, long Sequence)
{
    /// <summary>As recorded.</summary>
    public static SignatureDetails Of(SignatureGiven given, Event e) => new(
        given.SignatureId, given.KeyId, given.Signer, given.Kind, given.StreamId, given.StreamVersion, given.EventHash, given.Meaning, given.Statement, given.Value,
        e.Timestamp, e.Id, e.Sequence);

    /// <summary>Signatures in the order of their sequences, on one object, by one signer, or all.</summary>
    public static Task<Answer<SignatureDetails>> ListAsync(IQuerySession session, Guid? streamId, string? signer, long after, int limit, CancellationToken cancel)
    {
        var parameters = new List<NpgsqlParameter> { new() { Value = after }, new() { Value = limit } };
        var clauses = "";
        if (streamId is { } stream)
        {
            parameters.Add(new() { Value = stream });
            clauses += $" and stream_id = ${parameters.Count}";
        }
        if (signer is not null)
        {
            parameters.Add(new() { Value = signer, NpgsqlDbType = NpgsqlDbType.Text });
            clauses += $" and signer = ${parameters.Count}";
        }
        return session.QueryAsync(Signatures.ReadModel, $"""
            select id, key_id, signer, kind, stream_id, stream_version, event_hash, meaning, statement, signature, at, event_id, sequence
            from read.signatures where sequence > $1{clauses} order by sequence limit $2
            """, parameters, Read, cancel);
    }

    private static SignatureDetails Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetGuid(4), row.GetInt64(5), row.GetString(6), row.GetString(7), row.GetString(8), row.GetString(9),
        row.GetFieldValue<DateTimeOffset>(10), row.GetGuid(11), row.GetInt64(12));
}

/// <summary>Who signed what: a row a signature.</summary>
public sealed class Signatures : FlatTableProjection
{
    public const string ReadModel = "signatures";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SignatureGiven));

    public override ReadTable Table { get; } = new(
        [new("sequence", "bigint not null", NpgsqlDbType.Bigint)],
        [
            new("id", "uuid not null", NpgsqlDbType.Uuid),
            new("key_id", "uuid not null", NpgsqlDbType.Uuid),
            new("signer", "varchar not null", NpgsqlDbType.Varchar),
            new("kind", "varchar not null", NpgsqlDbType.Varchar),
            new("stream_id", "uuid not null", NpgsqlDbType.Uuid),
            new("stream_version", "bigint not null", NpgsqlDbType.Bigint),
            new("event_hash", "varchar not null", NpgsqlDbType.Varchar),
            new("meaning", "text not null", NpgsqlDbType.Text),
            new("statement", "text not null", NpgsqlDbType.Text),
            new("signature", "varchar not null", NpgsqlDbType.Varchar),
            new("at", "timestamptz not null", NpgsqlDbType.TimestampTz),
            new("event_id", "uuid not null", NpgsqlDbType.Uuid),
        ],
        ["stream_id, sequence", "signer, sequence"]);

    public override AnalystView Analysts { get; } = new(
        "signatures", "Who signed what, and what did they say by it?", "a signature of an event", ["sequence"],
        [
            new("sequence", "Sequence number of the event that recorded it: rises with time, with gaps."),
            new("id", "The signature's stream."),
            new("key_id", "The key: signing_keys.id."),
            new("signer", "Its holder: subject of the token."),
            new("kind", "version, approval or deployment."),
            new("stream_id", "Stream of the event that is signed, such as items.id."),
            new("stream_version", "That event's number in it."),
            new("event_hash", "That event's hash as chained, lower hex."),
            new("meaning", "What the signer says by it."),
            new("at", "When it was given, UTC."),
            new("event_id", "The event that recorded it."),
        ],
        "select kind, signer, count(*) from analytics.signatures group by kind, signer order by 3 desc",
        Permission.LedgerRead, Changed: "at");

    protected override void Apply(Event e, RowBatch rows)
    {
        if (e.Data is not SignatureGiven given)
            return;
        var row = SignatureDetails.Of(given, e);
        rows.Upsert(e.TenantId, [row.Sequence],
            [row.Id, row.KeyId, row.Signer, row.Kind, row.StreamId, row.StreamVersion, row.EventHash, row.Meaning, row.Statement, row.Signature, row.At, row.EventId]);
    }
}
