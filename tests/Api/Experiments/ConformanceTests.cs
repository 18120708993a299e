using System.Text.Json;
using Platform.Api.Experiments;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

public sealed class ConformanceTests
{
    private const string GrowthBook = "experiments/growthbook-sdk-cases", Unleash = "experiments/unleash-spec";

    [Fact]
    public void Growthbooks_cases_for_sdks_pass()
    {
        var set = AcceptanceSets.Find(GrowthBook);
        Assert.SkipWhen(set is null, AcceptanceSets.Absent(GrowthBook));
        foreach (var file in Directory.EnumerateFiles(set!, "*.json"))
        {
            var result = Run(file, GrowthBookConformance.Run);
            result.Misses.ShouldBeEmpty();
            result.Passed.ShouldBeGreaterThan(200);
        }
    }

    [Fact]
    public void Unleashs_client_specification_passes()
    {
        var set = AcceptanceSets.Find(Unleash);
        Assert.SkipWhen(set is null, AcceptanceSets.Absent(Unleash));
        var files = Directory.EnumerateFiles(set!, "*.json", SearchOption.AllDirectories).ToArray();
        files.Length.ShouldBeGreaterThan(20);
        foreach (var file in files) Run(file, UnleashConformance.Run).Misses.ShouldBeEmpty(file);
    }

    [Fact]
    public void A_case_that_is_answered_otherwise_is_a_miss()
    {
        using var file = JsonDocument.Parse("""{"hash":[["","a",1,0.22],["","a",1,0.23]],"evalCondition":[["x",{"a":1},{"a":2},true]],"feature":[["y",{},"f",{"value":1}]],"else":[["z"]]}""");
        var result = GrowthBookConformance.Run(file.RootElement);
        (result.Passed, result.Misses.Count).ShouldBe((1, 4));
    }

    private static ConformanceResult Run(string file, Func<JsonElement, ConformanceResult> run)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return run(json.RootElement);
    }
}
