using System.Net;
using System.Net.Sockets;
using Platform.Api.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_new_cluster_speaks_UTF8_sorts_by_code_point_and_can_replicate_logically()
    {
        await using var cluster = await Clusters.StartAsync(scratch.Path);
        (await cluster.OwnerConnectionString.QueryAsync(
            "select concat_ws(' ', datname, pg_encoding_to_char(encoding), datcollate, current_setting('wal_level'), current_user)"
            + " from pg_database where datname = current_database()"))
            .ShouldBe("platform UTF8 C.UTF-8 logical postgres");
    }

    [Fact]
    public async Task Data_and_port_survive_a_restart()
    {
        int port;
        await using (var first = await Clusters.StartAsync(scratch.Path))
        {
            port = first.Port;
            await first.OwnerConnectionString.QueryAsync("create table kept as select 42 as answer");
        }

        await using var second = await Clusters.StartAsync(scratch.Path);
        second.Port.ShouldBe(port);
        (await second.OwnerConnectionString.QueryAsync("select answer from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task A_port_that_was_taken_meanwhile_is_changed()
    {
        var first = await Clusters.StartAsync(scratch.Path);
        await first.DisposeAsync();
        using var taker = new TcpListener(IPAddress.Loopback, first.Port);
        taker.Start();

        await using var second = await Clusters.StartAsync(scratch.Path);
        second.Port.ShouldNotBe(first.Port);
        (await second.OwnerConnectionString.QueryAsync("select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_loopback_address_is_listened_on_and_a_password_is_asked_for()
    {
        await using var cluster = await Clusters.StartAsync(scratch.Path);
        (await cluster.OwnerConnectionString.QueryAsync(
            "select current_setting('listen_addresses') || ' ' || current_setting('unix_socket_directories')")).ShouldBe("127.0.0.1 ");
        var guess = cluster.OwnerConnectionString.Replace(cluster.Secret("postgres-password"), "guess", StringComparison.Ordinal);
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => guess.QueryAsync("select 1"))).SqlState.ShouldBe("28P01");
    }

    [Theory]
    [InlineData("postgres.new/data")]
    [InlineData("postgres")]
    public async Task An_interrupted_initialisation_does_not_prevent_the_next_start(string left)
    {
        Directory.CreateDirectory(Path.Combine(scratch.Path, left));
        if (left.StartsWith("postgres.new", StringComparison.Ordinal))
            await File.WriteAllTextAsync(Path.Combine(scratch.Path, left, "PG_VERSION"), "15\n");

        await using var cluster = await Clusters.StartAsync(scratch.Path);
        (await cluster.OwnerConnectionString.QueryAsync("select 1")).ShouldBe(1);
        Directory.Exists(Path.Combine(scratch.Path, "postgres.new")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_start_that_fails_shows_why_and_gives_up_the_cluster()
    {
        var wrong = Clusters.Options with { Settings = new Dictionary<string, string> { ["shared_buffers"] = "plenty" } };
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => Clusters.StartAsync(scratch.Path, wrong)))
            .Message.ShouldContain("invalid value for parameter \"shared_buffers\": \"plenty\"");

        await using var cluster = await Clusters.StartAsync(scratch.Path);
        cluster.IsOwner.ShouldBeTrue();
    }

    [Fact]
    public async Task A_durable_cluster_waits_for_the_disk_and_a_throw_away_one_does_not()
    {
        const string Durability = "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes')";
        await using (var durable = await Clusters.StartAsync(scratch.Path, new EmbeddedPostgresOptions()))
            (await durable.OwnerConnectionString.QueryAsync(Durability)).ShouldBe("ononon");
        await using var throwAway = await Clusters.StartAsync(scratch.Path);
        (await throwAway.OwnerConnectionString.QueryAsync(Durability)).ShouldBe("offoffoff");
    }
}
