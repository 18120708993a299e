using System.Runtime.Versioning;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task What_lies_in_the_directory_can_be_read_by_its_owner_alone()
    {
        await using var cluster = await Clusters.StartAsync(scratch.Path);
        cluster.Secret("platform_app").Length.ShouldBe(64);

        var secrets = Path.Combine(scratch.Path, "secrets");
        Directory.EnumerateFiles(secrets).Select(Path.GetFileName).ShouldBe(["postgres-password", "platform_app"], ignoreOrder: true);
        Directory.EnumerateFiles(scratch.Path).Concat(Directory.EnumerateFiles(secrets)).Where(file => Mode(file) != PrivateFile).ShouldBeEmpty();
        Directory.EnumerateDirectories(scratch.Path).Where(directory => Mode(directory) != PrivateDirectory).ShouldBeEmpty();
        Mode(scratch.Path).HasFlag(UnixFileMode.OtherRead).ShouldBeFalse();
    }

    [Fact]
    public async Task A_secret_stays_the_same_and_differs_by_name()
    {
        await using var owner = await Clusters.StartAsync(scratch.Path);
        await using var guest = await Clusters.OpenAsync(scratch.Path);
        var secrets = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? owner : guest).Secret("one"))));

        secrets.Distinct().ShouldHaveSingleItem();
        owner.Secret("two").ShouldNotBe(secrets[0]);
    }

    [Fact]
    public async Task A_secret_cannot_be_named_as_a_path()
    {
        await using var cluster = await Clusters.StartAsync(scratch.Path);
        foreach (var name in new[] { "../postgres.json", "", "a b" })
            Should.Throw<ArgumentException>(() => cluster.Secret(name));
    }

    [Fact]
    public async Task A_directory_closed_to_the_servers_account_can_be_used_by_root()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs the server as another user.");
        Directory.CreateDirectory(scratch.Path, PrivateDirectory);

        await using var cluster = await Clusters.StartAsync(Path.Combine(scratch.Path, "instance"));
        (await cluster.OwnerConnectionString.QueryAsync("create table t as select 1; checkpoint; select count(*) from t")).ShouldBe(1L);
    }

    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);
}
