using System.Text;
using Npgsql;
using NpgsqlTypes;
using Platform.EventStore;

namespace Platform.Projections.Audit;

/// <summary>Which entries of the audit trail are asked for; what is null doesn't matter.</summary>
/// <param name="Actor">Exactly.</param>
/// <param name="Action">Alias of the event, or the beginning of one that ends in a dot: <c>content.</c></param>
/// <param name="StreamId">The object.</param>
/// <param name="Outcome"><see cref="AuditEntry.Done"/> or <see cref="AuditEntry.Denied"/>.</param>
/// <param name="From">Not earlier.</param>
/// <param name="To">Earlier.</param>
/// <param name="Words">In the summary, as people type them: words, "phrases", or, -not.</param>
public sealed record AuditFilter(
    string? Actor = null, string? Action = null, Guid? StreamId = null, string? Outcome = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Words = null)
{
    /// <summary>Entries of the tenant, newest first.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="before">Where the page before ended; null: from the newest on.</param>
    /// <param name="limit">Entries at most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public Task<Answer<AuditEntry>> FindAsync(IQuerySession session, AuditPosition? before, int limit, CancellationToken cancel)
    {
        var (sql, parameters) = ToSql(before, limit);
        return session.QueryAsync(AuditTrail.ReadModel, sql, parameters, Read, cancel);
    }

    /// <summary>The statement that finds them.</summary>
    public (string Sql, IReadOnlyList<NpgsqlParameter> Parameters) ToSql(AuditPosition? before, int limit)
    {
        if (Words is not null)
            return ($"select {Columns("")} from read.find_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                Text(Words), Time(before?.At ?? DateTimeOffset.MaxValue), new() { Value = before?.Sequence ?? 0 }, Time(From ?? DateTimeOffset.MinValue), Time(To ?? DateTimeOffset.MaxValue),
                Text(Actor), Text(Action), Text(ActionEnd), new() { Value = (object?)StreamId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, Text(Outcome), new() { Value = limit },
            ]);
        var (sql, parameters) = (new StringBuilder($"select {Columns("")} from read.audit_trail where true"), new List<NpgsqlParameter>());
        foreach (var (clause, values) in Clauses(before))
        {
            sql.Append(" and ").AppendFormat(null, clause, [.. values.Select((_, i) => $"${parameters.Count + i + 1}")]);
            parameters.AddRange(values);
        }
        parameters.Add(new() { Value = limit });
        return (sql.Append($" order by at desc, sequence desc limit ${parameters.Count}").ToString(), parameters);
    }

    internal static string Columns(string prefix) =>
        $"{prefix}sequence, {prefix}event_id, {prefix}at, {prefix}actor, {prefix}trigger, {prefix}action, {prefix}stream_id, {prefix}version, {prefix}outcome, {prefix}correlation_id, {prefix}summary";

    // The last character of a prefix is a dot; what follows it in "C" is a slash.
    private string? ActionEnd => Action is null ? null : Action.EndsWith('.') ? $"{Action[..^1]}/" : $"{Action}\u0001";

    // Only the clauses that are asked for: one that might be null would keep the planner from its index.
    private IEnumerable<(string Sql, NpgsqlParameter[] Parameters)> Clauses(AuditPosition? before)
    {
        if (Actor is not null)
            yield return ("actor = {0}", [Text(Actor)]);
        if (Action is not null)
            yield return Action.EndsWith('.') ? ("action >= {0} and action < {1}", [Text(Action), Text(ActionEnd)]) : ("action = {0}", [Text(Action)]);
        if (StreamId is { } stream)
            yield return ("stream_id = {0}", [new() { Value = stream }]);
        if (Outcome is not null)
            // A literal, so that the planner sees the partial index.
            yield return (Outcome == AuditEntry.Denied ? "outcome = 'denied'" : "outcome = 'done'", []);
        if (From is { } from)
            yield return ("at >= {0}", [Time(from)]);
        if (To is { } to)
            yield return ("at < {0}", [Time(to)]);
        if (before is var (at, sequence))
            yield return ("(at, sequence) < ({0}, {1})", [Time(at), new() { Value = sequence }]);
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), Nullable(row, 3), Nullable(row, 4), row.GetString(5), row.GetGuid(6), row.GetInt64(7), row.GetString(8),
        Nullable(row, 9), row.GetString(10));

    private static string? Nullable(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
