using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Platform.EventStore;
using Platform.Projections.Audit;
using Platform.Projections.Collaboration;
using Platform.Projections.Content;
using Platform.Projections.Sites;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

/// <summary>The platform's own read models over random histories.</summary>
public sealed class ReadModelTests : IAsyncLifetime
{
    private const int Histories = 4;
    private const int Transactions = 400;

    private readonly ProjectionFixture _fixture = new();
    private DocumentStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _store = _fixture.Compose(ReadModels.All);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public Task Followed_rebuilt_and_folded_are_the_same() => Task.Run(() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => FollowAndCompareAsync(new Random(seed)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories)));

    [Fact]
    public async Task A_tenant_reads_its_own_rows_and_the_platforms_where_they_are_for_all()
    {
        var history = new RandomHistory(_store, new Random(7));
        await using (await RunningNode.StartAsync(_store))
        {
            for (var n = 0; n < 400; n++)
                await history.AppendAsync();
            await CaughtUpAsync();
        }
        await _fixture.RunAsync($"update read.role_directory set tenant_id = '{DocumentStore.PlatformTenant}' where tenant_id = '{TenantId}' and id = (select min(id) from read.role_directory where tenant_id = '{TenantId}')");
        await _fixture.RunAsync($"update read.site_configuration set tenant_id = '{DocumentStore.PlatformTenant}' where tenant_id = '{TenantId}' and id = (select id from read.site_configuration where tenant_id = '{TenantId}' order by id limit 1)");

        foreach (var projection in ReadModels.All)
        {
            (await TenantsSeenAsync(projection.Name, TenantId)).Except([DocumentStore.PlatformTenant]).ShouldBe([TenantId], projection.Name);
            (await TenantsSeenAsync(projection.Name, "tenantcccccc")).ShouldBe(projection.Table.PlatformRowsForAll ? [DocumentStore.PlatformTenant] : [], projection.Name);
            (await TenantsSeenAsync(projection.Name, "")).ShouldBeEmpty(projection.Name);
            var table = $"read.{projection.Name}_1";
            foreach (var change in new[] { $"delete from {table}", $"update {table} set tenant_id = tenant_id", $"insert into {table} select * from {table}", $"truncate {table}" })
                (await Should.ThrowAsync<PostgresException>(async () => await _fixture.Database.App.CreateCommand(change).ExecuteNonQueryAsync()))
                    .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, change);
        }
    }

    [Fact]
    public void Names_fit_the_database_and_stand_once()
    {
        ReadModels.All.Select(p => p.Name).ShouldBeUnique();
        ReadModels.All.ShouldAllBe(p => p.Name.All(c => char.IsAsciiLetterLower(c) || c == '_') && p.EventTypes.Count > 0);
    }

    private async Task FollowAndCompareAsync(Random random)
    {
        var history = new RandomHistory(_store, random);
        await using (await RunningNode.StartAsync(_store))
        {
            for (var n = 0; n < Transactions; n++)
            {
                await history.AppendAsync();
                if (random.Next(20) == 0)
                    await Task.Delay(random.Next(80));
            }
            await CaughtUpAsync();
        }
        foreach (var projection in ReadModels.All)
        {
            var report = await new ProjectionRebuild(_store).RunAsync(projection, null);
            (report.Projection, report.OnlyInOld, report.OnlyInNew).ShouldBe((projection.Name, 0, 0));
            report.Rows.ShouldBeGreaterThan(0, projection.Name);
        }
        await FoldedAsync(new ItemDetailsProjection(), ContentReadJson.Default.ItemDetails);
        await FoldedAsync(new ContentTypeDetailsProjection(), ContentReadJson.Default.ContentTypeDetails);
        await FoldedAsync(new SiteDetailsProjection(), SitesReadJson.Default.SiteDetails);
        await FoldedAsync(new SigningKeys(), AuditReadJson.Default.SigningKeyDetails);
        await FoldedAsync(new Webhooks(), CollaborationReadJson.Default.WebhookDetails);
        await FoldedAsync(new WebhookDeliveries(), CollaborationReadJson.Default.WebhookDeliveryDetails);
    }

    private async Task FoldedAsync<TDoc>(SingleStreamProjection<TDoc> projection, JsonTypeInfo<TDoc> json) where TDoc : class
    {
        foreach (var tenant in new[] { TenantId, OtherTenantId })
        {
            var session = _store.QuerySession(tenant);
            var stored = await session.QueryAsync(projection.Name, $"select id, data from read.{projection.Name}", [], row => (Id: row.GetGuid(0), Json: row.GetFieldValue<byte[]>(1)));
            stored.Items.ShouldNotBeEmpty();
            foreach (var (id, data) in stored.Items)
            {
                var folded = JsonSerializer.SerializeToElement((await session.Events.AggregateStreamAsync(projection, id))!, json);
                JsonElement.DeepEquals(folded, JsonElement.Parse(data)).ShouldBeTrue($"{projection.Name} {id}");
            }
        }
    }

    private async Task CaughtUpAsync()
    {
        while (!await _fixture.ScalarAsync<bool>("select ledger.size() = (select count(*) from public.mt_events)"))
            await Task.Delay(20);
        foreach (var projection in ReadModels.All)
            await _fixture.CaughtUpAsync(projection.Name);
    }

    private async Task<IReadOnlyList<string>> TenantsSeenAsync(string name, string tenant) =>
        (await _store.QuerySession(tenant).QueryAsync(name, $"select distinct tenant_id from read.{name} order by 1", [], row => row.GetString(0))).Items;
}
