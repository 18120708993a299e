using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What is scheduled: a row an item and action, until it's done, failed or cancelled.</summary>
public sealed class DueItems : FlatTableProjection
{
    public const string ReadModel = "due_items";

    private const string Publish = "publish";
    private const string Unpublish = "unpublish";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ItemScheduled), typeof(ItemScheduleCancelled), typeof(ItemScheduleFulfilled), typeof(ItemScheduleFailed), typeof(ItemArchived));

    public override ReadTable Table { get; } = new(
        [new("item_id", "uuid not null", NpgsqlDbType.Uuid), new("action", "varchar not null", NpgsqlDbType.Varchar)],
        [new("due_at", "timestamptz not null", NpgsqlDbType.TimestampTz)],
        ["due_at", "using btree (due_at)"]);

    public override AnalystView Analysts { get; } = new(
        "scheduled_actions", "What is scheduled to go live or off the air?", "an action on an item that is still to come", ["item_id", "action"],
        [
            new("item_id", "The item: items.id."),
            new("action", "publish or unpublish."),
            new("due_at", "When it's due, UTC."),
        ],
        "select action, count(*) from analytics.scheduled_actions where due_at < now() + interval '7 days' group by action",
        Permission.ContentRead);

    /// <summary>What is due, of all tenants but those that are held, the longest due first.</summary>
    public static Task<IReadOnlyList<(string TenantId, RunSchedule Command)>> FindAsync(IDocumentStore store, DateTimeOffset at, IReadOnlyCollection<string> held, int limit, CancellationToken cancel) =>
        store.FindWorkAsync("select tenant_id, item_id, action, due_at from read.due_items where due_at <= $1 and tenant_id <> all ($3) order by due_at limit $2",
            [new() { Value = at }, new() { Value = limit }, new() { Value = held.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar }],
            row => (row.GetString(0), new RunSchedule(
                row.GetGuid(1), row.GetString(2) == Publish ? LiveAction.Publish : LiveAction.Unpublish, row.GetFieldValue<DateTimeOffset>(3))),
            cancel);

    protected override void Apply(Event e, RowBatch rows)
    {
        switch (e.Data)
        {
            case ItemScheduled scheduled:
                Set(Publish, scheduled.PublishAt);
                Set(Unpublish, scheduled.UnpublishAt);
                break;
            case ItemScheduleFulfilled { Action: var action }:
                Set(action is LiveAction.Publish ? Publish : Unpublish, null);
                break;
            case ItemScheduleFailed { Action: var action }:
                Set(action is LiveAction.Publish ? Publish : Unpublish, null);
                break;
            default:
                Set(Publish, null);
                Set(Unpublish, null);
                break;
        }

        void Set(string action, DateTimeOffset? dueAt)
        {
            if (dueAt is { } at) rows.Upsert(e.TenantId, [e.StreamId, action], [at]);
            else rows.Delete(e.TenantId, [e.StreamId, action]);
        }
    }
}
