using System.Globalization;
using Platform.Api.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

public sealed class OwnershipTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_second_process_uses_the_cluster_and_leaves_it_running()
    {
        using var owner = await ClusterChild.OwnerOfAsync(scratch.Path);
        await using (var guest = await Clusters.OpenAsync(scratch.Path))
        {
            guest.IsOwner.ShouldBeFalse();
            (await guest.OwnerConnectionString.QueryAsync("select 1")).ShouldBe(1);
        }

        await using var again = await Clusters.OpenAsync(scratch.Path);
        again.IsOwner.ShouldBeFalse();
    }

    [Fact]
    public async Task Opening_a_cluster_that_nobody_owns_starts_it()
    {
        await using var opened = await Clusters.OpenAsync(scratch.Path);
        opened.IsOwner.ShouldBeTrue();
        (await opened.OwnerConnectionString.QueryAsync("select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_cannot_get_the_cluster_is_told_which_process_has_it()
    {
        using var owner = await ClusterChild.OwnerOfAsync(scratch.Path);
        var impatient = Clusters.Options with { LockTimeout = TimeSpan.FromMilliseconds(200) };

        (await Should.ThrowAsync<EmbeddedPostgresException>(() => Clusters.StartAsync(scratch.Path, impatient)))
            .Message.ShouldContain($"in use by process {owner.Process.Id}.");
    }

    [Fact]
    public async Task Who_waits_gets_the_cluster_when_its_owner_stops()
    {
        var first = await Clusters.StartAsync(scratch.Path);
        var waiting = Clusters.StartAsync(scratch.Path);
        await Task.Delay(200);
        waiting.IsCompleted.ShouldBeFalse();
        await first.DisposeAsync();

        await using var second = await waiting;
        second.IsOwner.ShouldBeTrue();
    }

    [Fact]
    public async Task The_server_of_a_killed_owner_stops_and_the_next_start_works_at_once()
    {
        using var owner = await ClusterChild.OwnerOfAsync(scratch.Path);
        await using (var guest = await Clusters.OpenAsync(scratch.Path))
            await guest.OwnerConnectionString.QueryAsync("create table kept as select 42 as answer");
        var server = ServerOf(scratch.Path);
        owner.Process.Kill();

        await using var next = await Clusters.StartAsync(scratch.Path);
        next.IsOwner.ShouldBeTrue();
        (await next.OwnerConnectionString.QueryAsync("select answer from kept")).ShouldBe(42);
        ServerOf(scratch.Path).ShouldNotBe(server);
    }

    [Fact]
    public async Task A_server_does_not_outlive_a_killed_owner_even_if_nobody_starts_again()
    {
        using var owner = await ClusterChild.OwnerOfAsync(scratch.Path);
        var postmaster = Path.Combine(scratch.Path, "postgres", "postmaster.pid");
        File.Exists(postmaster).ShouldBeTrue();
        owner.Process.Kill();

        for (var waited = 0; File.Exists(postmaster) && waited < 200; waited++)
            await Task.Delay(50);
        File.Exists(postmaster).ShouldBeFalse("the server removes its file when it has shut down");
    }

    [Fact]
    public async Task A_server_killed_with_its_owner_leaves_nothing_in_the_way()
    {
        using var owner = await ClusterChild.OwnerOfAsync(scratch.Path);
        using var server = System.Diagnostics.Process.GetProcessById(ServerOf(scratch.Path));
        server.Kill();
        owner.Process.Kill();

        await using var next = await Clusters.StartAsync(scratch.Path);
        (await next.OwnerConnectionString.QueryAsync("select 1")).ShouldBe(1);
    }

    private static int ServerOf(string directory) => int.Parse(
        File.ReadLines(Path.Combine(directory, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
}
