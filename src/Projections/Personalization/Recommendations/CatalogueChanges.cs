using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.Domain.Personalization;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Personalization;

/// <summary>
/// Where in the log something last changed that decides what a site may recommend: what is live, where it stands, what gates let in, and
/// what its editors say, and which service ranks it. A row a stream.
/// </summary>
public sealed class CatalogueChanges : FlatTableProjection
{
    public const string ReadModel = "catalogue_changes";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ItemPublished), typeof(ItemUnpublished), typeof(ItemArchived), typeof(ItemRestored), typeof(ItemLabelled), typeof(ItemShared), typeof(ItemUnshared), typeof(ItemOverridden),
        typeof(ItemPlaced), typeof(ItemUnplaced), typeof(SlugReserved), typeof(SlugReleased), typeof(SiteGateSet), typeof(SiteGateReset), typeof(SiteCreated), typeof(SiteMoved),
        typeof(RecommendationRulesSet), typeof(RecommendationServiceSet), typeof(RecommendationServiceRemoved));

    public override ReadTable Table { get; } = new(
        [new("stream_id", "uuid not null", NpgsqlDbType.Uuid)],
        [new("changed", "bigint not null", NpgsqlDbType.Bigint)],
        ["changed"]);

    public override string NotForAnalysts => "Places in the log, for the nodes' memory.";

    /// <summary>Where in the log the tenant's last change is; -1: there is none.</summary>
    public static async Task<long> LastAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select changed from read.catalogue_changes where tenant_id = $1 order by changed desc limit 1",
            [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }], row => row.GetInt64(0), cancel)).Items is [var changed] ? changed : -1;

    protected override void Apply(Event e, RowBatch rows) => rows.Upsert(e.TenantId, [e.StreamId], [e.Index ?? 0]);
}
