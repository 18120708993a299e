using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

/// <summary><c>./platform experiments</c>, where no instance is.</summary>
public sealed class ExperimentsVerbTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public ExperimentsVerbTests() => Directory.CreateDirectory(_scratch.Path);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_file_is_analyzed_as_a_table_and_as_json_that_makes_the_report_again()
    {
        var file = Write(Enumerable.Range(0, 2000).Select(n => $"u{n},{(n % 2 == 0 ? "old" : "new")},{(n % 10 < 3 ? 1 : 0)}"));
        var table = (await RunAsync(file)).ShouldEnd(0);
        table.ShouldStartWith("2000 rows, 2000 units; sample ratio p = 1; control old, intervals of 95 %\n");
        table.ShouldMatch(@"bought +old +1000 +0\.4");
        table.ShouldMatch(@"bought +new +1000 +0\.2 +-0\.2 +-0\.2392 to -0\.1608");
        table.ShouldNotContain("\u001b");
        using var json = JsonDocument.Parse((await RunAsync(file, "--json")).ShouldEnd(0));
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var input = json.RootElement.GetProperty("input").Deserialize<AnalysisInput>(web)!;
        var report = json.RootElement.GetProperty("report").Deserialize<ExperimentReport>(web)!;
        JsonSerializer.Serialize(ExperimentReport.Of(input)).ShouldBe(JsonSerializer.Serialize(report));
    }

    [Fact]
    public async Task A_mismatch_is_1_and_what_cannot_run_is_2()
    {
        var blocked = await RunAsync(Write(Enumerable.Range(0, 2000).Select(n => $"u{n},{(n % 5 == 0 ? "old" : "new")},{n % 2}")));
        blocked.ShouldEnd(1).ShouldContain("warning: Sample ratio mismatch:");
        (await RunAsync(Path.Combine(_scratch.Path, "none.csv"))).ShouldEnd(2).ShouldContain("The analysis stopped: Could not find file");
        (await RunAsync(Write(["u1,old,2"]))).ShouldEnd(2).ShouldContain("The analysis stopped: users.csv:2: column bought has 2:");
        (await RunAsync(Write(["u1,old,1"]), "--alpha", "2")).ShouldEnd(2).ShouldContain("--alpha takes a number from 0.0001 to 0.5.");
        (await RunAsync(Write(["u1,old,1"]), "--tuning", "many")).ShouldEnd(2).ShouldContain("Cannot parse argument 'many' for option '--tuning'");
    }

    [Theory]
    [InlineData(0, "looked at once:           3841 units a variant, 7682 in all", "proportion", "--baseline", "0.1", "--effect", "0.2")]
    [InlineData(0, "over 2 comparisons", "mean", "--baseline", "10", "--effect", "-0.05", "--sd", "2", "--variants", "3")]
    [InlineData(2, "A mean needs --sd", "mean", "--baseline", "10", "--effect", "0.05")]
    [InlineData(2, "--effect takes a lift", "proportion", "--baseline", "0.9", "--effect", "0.2")]
    [InlineData(2, "--power takes a number above --alpha", "proportion", "--baseline", "0.1", "--effect", "0.2", "--power", "1")]
    [InlineData(2, "--variants", "proportion", "--baseline", "0.1", "--effect", "0.2", "--variants", "many")]
    public async Task An_experiment_is_sized(int exitCode, string says, params string[] arguments) =>
        (await Verb.RunAsync(_scratch.Path, "", ["experiments", "size", .. arguments])).ShouldEnd(exitCode).ShouldContain(says);

    private Task<Verb> RunAsync(string file, params string[] more) =>
        Verb.RunAsync(_scratch.Path, "", ["experiments", "analyze", "--csv", file, "--unit", "user", "--variant", "arm", "--control", "old", "--metric", "bought:proportion", .. more]);

    private string Write(IEnumerable<string> rows)
    {
        var path = Path.Combine(_scratch.Path, "users.csv");
        File.WriteAllLines(path, ["user,arm,bought", .. rows]);
        return path;
    }
}
