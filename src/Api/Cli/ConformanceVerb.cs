using System.CommandLine;
using System.Text.Json;
using Platform.Api.Experiments;

namespace Platform.Api.Cli;

/// <summary><c>./platform conformance</c>: public files of cases that others must pass too.</summary>
internal static class ConformanceVerb
{
    private const long LargestFile = 64 << 20;

    public static Command Create() => new("conformance", "Run a public conformance file against us; exit 0 all passed, 1 misses, 2 couldn't run")
    {
        Suite("growthbook", "Allocation and conditions: GrowthBook's cases for SDKs (packages/sdk-js/test/cases.json)", GrowthBookConformance.Run),
        Suite("unleash", "Flags and constraints: a file of Unleash's client-specification", UnleashConformance.Run),
    };

    private static Command Suite(string name, string description, Func<JsonElement, ConformanceResult> run)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "JSON, at most 64 MiB" };
        var command = new Command(name, description) { file };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(file), run));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, Func<JsonElement, ConformanceResult> run)
    {
        try
        {
            if (file.Length > LargestFile) throw new InvalidDataException("It's larger than 64 MiB.");
            await using var stream = file.OpenRead();
            using var json = await JsonDocument.ParseAsync(stream);
            var result = run(json.RootElement);
            foreach (var miss in result.Misses) Console.WriteLine($"miss  {miss.Group}: {miss.Name}\n  expected {miss.Expected}\n  actual   {miss.Actual}");
            foreach (var (group, (passed, all)) in result.Groups) Console.WriteLine($"{group,-24} {passed} of {all}");
            Console.WriteLine($"{result.Passed} passed, {result.Misses.Count} failed");
            return result.Misses.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            await Console.Error.WriteLineAsync($"{file.Name} couldn't be run: {e.Message} It must be a file of the kind that --help names.");
            return 2;
        }
    }
}
