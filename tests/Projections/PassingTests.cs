using Npgsql;
using Platform.Domain.Sites;
using Platform.EventStore;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

/// <summary>Read models that want nothing of a page, and those that let events gather.</summary>
public sealed class PassingTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();
    private readonly TallyProjection[] _tallies = [.. Enumerable.Range(0, 4).Select(n => new TallyProjection(name: $"test_tally{n}"))];
    private readonly Guid _site = Guid.CreateVersion7(), _holder = Guid.NewGuid();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();
    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_model_that_somebody_locks_holds_up_none_of_those_that_pass_with_it()
    {
        var store = _fixture.Compose(_tallies);
        await using var node = await RunningNode.StartAsync(store);
        await AppendAsync(store, _site, TallyProjection.Renamings(_site, 1));
        foreach (var tally in _tallies)
            await HasAllAsync(store, tally);
        await using (var connection = await _fixture.Owner.OpenConnectionAsync())
        await using (var locking = await connection.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("select 1 from platform.projection where name = 'test_tally0' for update", connection);
            await command.ExecuteNonQueryAsync();
            await AppendAsync(store, _site, new SiteArchived(_site));
            foreach (var tally in _tallies.Skip(1))
                await HasAllAsync(store, tally);
            (await _fixture.ScalarAsync<long>("select position from platform.projection where name = 'test_tally0'")).ShouldBe(1);
        }
        await HasAllAsync(store, _tallies[0]);
        await AppendAsync(store, _site, TallyProjection.Renamings(_site, 2));
        foreach (var tally in _tallies)
        {
            await HasAllAsync(store, tally);
            (await tally.SumAsync(store)).Sum.ShouldBe(3);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("update platform.lease set holder = gen_random_uuid() where name = 'test_tally1/1'", false)]
    [InlineData("update platform.lease set epoch = epoch + 1 where name = 'test_tally1/1'", false)]
    [InlineData("update platform.lease set expires_at = clock_timestamp() where name = 'test_tally1/1'", false)]
    [InlineData("update platform.projection set position = 1 where name = 'test_tally1'", false)]
    [InlineData("update platform.projection set revision = revision + 1 where name = 'test_tally1'", false)]
    [InlineData("update platform.projection set state = 'failed', error = 'a test' where name = 'test_tally1'", false)]
    public async Task Only_a_model_that_is_as_its_holder_thinks_passes_and_the_others_do_anyway(string change, bool passes)
    {
        await Daemon(_fixture.Compose(_tallies)).PrepareAsync();
        foreach (var tally in _tallies)
            await _fixture.RunAsync($"select platform.take_lease('{tally.Name}/1', '{_holder}', interval '1 minute')");
        if (change.Length > 0)
            await _fixture.RunAsync(change);
        var position = await _fixture.ScalarAsync<long>("select position from platform.projection where name = 'test_tally1'");
        var passed = await _fixture.ScalarAsync<string>($"""
            select string_agg(name, ' ' order by name) from platform.advance_together(
                array['test_tally0', 'test_tally1', 'test_tally2'], array[1, 1, 1], array[0, 0, 0], array[0, 0, 0], array[7, 7, 9], array_fill('{_holder}'::uuid, array[3]), array[1, 1, 1]) as name
            """);
        passed.ShouldBe(passes ? "test_tally0 test_tally1 test_tally2" : "test_tally0 test_tally2");
        (await _fixture.ScalarAsync<long[]>("select array_agg(position order by name) from platform.projection")).ShouldBe([7, passes ? 7 : position, 9, 0]);
    }

    [Fact]
    public async Task A_model_that_rests_writes_what_gathered_meanwhile_at_once_and_misses_nothing()
    {
        var resting = new TallyProjection { Resting = TimeSpan.FromMilliseconds(400) };
        var store = _fixture.Compose(resting);
        await using var node = await RunningNode.StartAsync(store);
        for (var n = 0; n < 60; n++, await Task.Delay(10))
        {
            var site = Guid.CreateVersion7();
            await AppendAsync(store, site, TallyProjection.Renamings(site, 1));
        }
        await HasAllAsync(store, resting);
        (await resting.SumAsync(store)).Sum.ShouldBe(60);
        (await _fixture.ScalarAsync<long>("select count(distinct xmin::text) from read.test_tally_1")).ShouldBeLessThan(30);
    }

    private static async Task HasAllAsync(DocumentStore store, TallyProjection tally) =>
        (await store.QuerySession(TenantId).WaitForAllAsync(tally.Name, TimeSpan.FromSeconds(20))).ShouldBeTrue();
}
