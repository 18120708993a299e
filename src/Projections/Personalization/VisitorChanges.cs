using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;

namespace Platform.Projections.Personalization;

/// <summary>
/// Where in the log something last changed of visitors, besides what they did (<see cref="VisitorActs"/>). A row a visitor, and one of nobody's for those who were let go of: their own is gone.
/// </summary>
public sealed class VisitorChanges : FlatTableProjection
{
    public const string ReadModel = "visitor_changes";

    private static readonly Guid Anybody = Guid.Empty;

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(PreferencesSet), typeof(VisitorIdentified), typeof(VisitorSeparated), typeof(VisitorChoicesForgotten), typeof(VisitorErased), typeof(VisitorsForgotten));

    public override ReadTable Table { get; } = new(
        [new("visitor_id", "uuid not null", NpgsqlDbType.Uuid)],
        [new("changed", "bigint not null", NpgsqlDbType.Bigint)],
        ["changed"]);

    public override string NotForAnalysts => "Places in the log, for the nodes' memory.";

    /// <summary>Of whom something changed after a place in the log.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="position">The place.</param>
    /// <param name="limit">Visitors, at most.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <returns>The visitors in the order of their changes; null stands for anybody.</returns>
    public static async Task<IReadOnlyList<(Guid? Visitor, long Position)>> SinceAsync(IQuerySession session, long position, int limit, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select c.visitor_id, c.changed from read.visitor_changes c where c.changed > $1 order by c.changed limit $2", [new() { Value = position }, new() { Value = limit }],
            row => (row.GetGuid(0) is var visitor && visitor == Anybody ? (Guid?)null : visitor, row.GetInt64(1)), cancel)).Items;

    /// <summary>The last place; -1: there is none.</summary>
    public static async Task<long> LastAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select c.changed from read.visitor_changes c order by c.changed desc limit 1", [], row => row.GetInt64(0), cancel)).Items is [var last] ? last : -1;

    protected override void Apply(Event e, RowBatch rows)
    {
        var (visitor, isGone) = e.Data switch
        {
            PreferencesSet set => (set.VisitorId, false),
            VisitorIdentified identified => (identified.VisitorId, false),
            VisitorSeparated separated => (separated.VisitorId, false),
            VisitorChoicesForgotten forgotten => (forgotten.VisitorId, true),
            VisitorErased erased => (erased.VisitorId, true),
            _ => (Anybody, true),
        };
        if (isGone) rows.Delete(e.TenantId, [visitor]);
        rows.Upsert(e.TenantId, [isGone ? Anybody : visitor], [e.Index ?? 0]);
    }
}
