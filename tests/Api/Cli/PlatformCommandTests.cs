using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

public sealed class PlatformCommandTests
{
    [Fact]
    public async Task Psql_passes_its_arguments_through_and_stops_the_cluster_it_started()
    {
        using var scratch = new ScratchDirectory();
        using var psql = ClusterChild.Start("psql", "--data", scratch.Path, "--owner", "-Atc", "select current_database(), current_user");
        (await psql.Process.StandardOutput.ReadToEndAsync()).ShouldBe("platform|postgres\n");
        await psql.Process.WaitForExitAsync();

        psql.Process.ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(scratch.Path, "postgres", "postmaster.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_arguments_the_verbs_are_listed()
    {
        using var program = ClusterChild.Start();
        var output = await program.Process.StandardOutput.ReadToEndAsync();
        output.ShouldContain("psql");
        output.ShouldContain("--data <DIR>");
        await program.Process.WaitForExitAsync();
        program.Process.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("projections")]
    [InlineData("rebuild")]
    public async Task A_verb_on_a_directory_without_an_instance_says_so_and_makes_none(string verb)
    {
        using var scratch = new ScratchDirectory();
        using var program = ClusterChild.Start(verb, "--data", scratch.Path);
        (await program.Process.StandardError.ReadToEndAsync()).ShouldContain("There is no instance");
        await program.Process.WaitForExitAsync();
        program.Process.ExitCode.ShouldBe(verb == "verify" ? 2 : 1);
        Directory.Exists(scratch.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task The_help_of_test_tells_of_the_soak()
    {
        using var program = ClusterChild.Start("test", "--help");
        (await program.Process.StandardOutput.ReadToEndAsync()).ShouldContain("--soak <MINUTES>");
    }

    [Theory]
    [InlineData("verify", "--bogus")]
    [InlineData("test", "--soak=soon")]
    [InlineData("test", "--soak=0")]
    [InlineData("run", "--port=some")]
    [InlineData("run", "--port=65536")]
    [InlineData("import", "samples/site", "--site", "00000000-0000-0000-0000-000000000001", "--workers=some")]
    [InlineData("replay", "README.md", "--format=csv", "--site", "00000000-0000-0000-0000-000000000001", "--speed=fast")]
    public async Task Arguments_that_make_no_sense_are_no_finding(params string[] arguments)
    {
        using var program = ClusterChild.Start(arguments);
        await program.Process.WaitForExitAsync();
        program.Process.ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_verb_fails()
    {
        using var program = ClusterChild.Start("fly");
        (await program.Process.StandardError.ReadToEndAsync()).ShouldContain("fly");
        await program.Process.WaitForExitAsync();
        program.Process.ExitCode.ShouldNotBe(0);
    }
}
