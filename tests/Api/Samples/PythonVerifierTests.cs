using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>samples/verify-ledger: its own tests.</summary>
public sealed class PythonVerifierTests
{
    private static readonly string _folder = Path.Combine(Repository.Root, "samples", "verify-ledger");

    [Fact]
    public async Task The_second_verifier_passes_its_own_tests()
    {
        var run = await Script.RunAsync(_folder, "python3", "-m", "unittest");
        Assert.SkipWhen(run is null, "not run: no python3 here");
        foreach (var reason in run!.Output.Split('\n').Where(line => line.StartsWith("not run", StringComparison.Ordinal)))
            TestContext.Current.TestOutputHelper?.WriteLine(reason);
        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        run.Errors.ShouldMatch(@"Ran [1-9]\d+ tests");
    }

    /// <summary>What the sample says of a bundle; the test is skipped where there's no Python.</summary>
    internal static async Task<Script> VerifyAsync(string bundle, params string[] arguments)
    {
        var run = await Script.RunAsync(_folder, "python3", ["verify_ledger.py", bundle, "--json", .. arguments]);
        Assert.SkipWhen(run is null, "not run: no python3 here");
        return run!;
    }

    [Fact]
    public async Task What_is_no_bundle_ends_in_exit_2_and_a_sentence()
    {
        var run = await Script.RunAsync(_folder, "python3", "verify_ledger.py", "README.md", "--json");
        Assert.SkipWhen(run is null, "not run: no python3 here");
        run!.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldBe("couldn't run: The tar is damaged, or ends too early.\n");
    }
}
