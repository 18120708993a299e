using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Analytics;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

/// <summary>docs/flags.md and docs/experiments.md: the requests that they show are answered as they show.</summary>
public sealed partial class ShownRequestsTests(SharedApp shared) : OverVisitedSite(shared)
{
    [Fact]
    public async Task Flags_are_what_is_shown()
    {
        var shown = BlocksOf("flags.md");
        (await Admin.PostAsync("/api/flags", new { key = "payments", name = "Payments", kind = "boolean", @default = true })).ShouldBe(201);
        (await Admin.PostAsync("/api/flags", shown[0])).ShouldBe(201);
        await Until.AnsweredAsync(() => Admin.PostAsync("/api/ofrep/v1/evaluate/flags/checkout", shown[1]), 200);
        var answer = await Admin.PostAsync("/api/ofrep/v1/evaluate/flags/checkout", shown[1]);
        JsonNode.DeepEquals(JsonNode.Parse(answer.Text), JsonNode.Parse(shown[2])).ShouldBeTrue(answer.Text);
    }

    [Fact]
    public async Task An_experiment_is_declared_asked_and_seen_as_shown()
    {
        var shown = BlocksOf("experiments.md");
        var (experiment, declared) = await SendAsync(shown[0]);
        experiment.ShouldBe("POST /api/experiments");
        var id = declared.ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/experiments/{id}/start")).ShouldBe(200);

        var question = shown[1].Replace("0198c0de-0000-7000-8000-000000000001", $"{Site}", StringComparison.Ordinal);
        await Until.HoldsAsync(async () => (await SendAsync(question)).Answer.ShouldBe(200).Json.GetProperty("experiments").GetArrayLength() > 0);
        var answer = (await SendAsync(question)).Answer;
        JsonNode.DeepEquals(JsonNode.Parse(answer.Text), JsonNode.Parse(shown[2])).ShouldBeTrue(answer.Text);

        var (path, exposure) = Request(shown.Single(block => block.Contains("experiment_exposure", StringComparison.Ordinal)));
        path.ShouldBe("POST /api/track");
        var seen = JsonNode.Parse(exposure)!;
        (seen["id"], seen["visitor"], seen["url"]) = (Guid.NewGuid(), Guid.NewGuid(), $"https://{Host}/join");
        (await Page.PostAsync("/api/track", seen.ToJsonString())).ShouldBe(200);
        await Until.HoldsAsync(async () => (await Admin.AskAsync($"/api/experiments/{id}/results")).ShouldBe(200).Text.Contains("\"units\":1", StringComparison.Ordinal));
    }

    private async Task<(string Request, Answer Answer)> SendAsync(string block)
    {
        var (request, body) = Request(block);
        return (request, await Admin.PostAsync(request.Split(' ')[1], body));
    }

    private static (string Line, string Body) Request(string block) => (block[..block.IndexOf('\n', StringComparison.Ordinal)], block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

    private static string[] BlocksOf(string file) => [.. Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", file))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("```(?:http|json)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
