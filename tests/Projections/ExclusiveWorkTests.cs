using Platform.EventStore;

namespace Platform.Projections.Tests;

/// <summary>Work that one process does at a time.</summary>
public sealed class ExclusiveWorkTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task One_is_at_it_and_the_others_are_told_so_until_it_is_done()
    {
        var (first, second) = (new ProjectionOperations(_fixture.Compose()), new ProjectionOperations(_fixture.Compose()));
        (await first.TryExclusivelyAsync("work", async cancel =>
        {
            // Longer than a lease lives without being kept.
            await Task.Delay(TimeSpan.FromSeconds(4), cancel);
            (await second.TryExclusivelyAsync("work", _ => throw new InvalidOperationException("two at once"), cancel)).ShouldBeFalse();
            (await second.TryExclusivelyAsync("other work", _ => Task.CompletedTask, cancel)).ShouldBeTrue();
        })).ShouldBeTrue();
        (await second.TryExclusivelyAsync("work", _ => Task.CompletedTask)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_lost_its_lease_is_stopped()
    {
        var operations = new ProjectionOperations(_fixture.Compose());
        await Should.ThrowAsync<LeaseLostException>(() => operations.TryExclusivelyAsync("work", async cancel =>
        {
            await _fixture.RunAsync("update platform.lease set holder = gen_random_uuid(), epoch = epoch + 1, expires_at = now() + interval '5 seconds' where name = 'operation/work'");
            await Task.Delay(TimeSpan.FromSeconds(60), cancel);
        }));
    }

    [Fact]
    public async Task How_far_a_build_is_others_are_told()
    {
        var tally = new TallyProjection();
        var store = _fixture.Compose(tally);
        await using var node = await RunningNode.StartAsync(store);
        for (var n = 0; n < 20; n++)
            await ProjectionFixture.AppendAsync(store, Guid.CreateVersion7(), TallyProjection.Renamings(Guid.Empty, 1));
        await _fixture.CaughtUpAsync("test_tally");
        var rebuilt = new TallyProjection { Before = e => { if (e.Index == 15) Thread.Sleep(3_000); } };
        var (rebuild, progress) = (new ProjectionRebuild(store), new BuildProgress(store, null));
        ProjectionStatus? told = null;
        var building = progress.WhileAsync(() => rebuild.RunAsync(rebuilt, progress: null), CancellationToken.None);
        progress.Report(new RebuildProgress("test_tally", 5, 20));
        for (var n = 0; n < 100 && told?.Target is null; n++, await Task.Delay(50))
            told = (await ProjectionStatus.AllAsync(_fixture.Database)).SingleOrDefault(s => s.State == "building");
        (told!.Target, told.IsIncomplete).ShouldBe((20, false));
        (await building).Swapped.ShouldBeTrue();
        (await ProjectionStatus.AllAsync(_fixture.Database)).ShouldAllBe(s => s.Target == null);
    }
}
