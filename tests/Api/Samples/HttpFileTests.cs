using System.Text.Json;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>Every request of every .http file, sent to the real host in the file's order.</summary>
public sealed class HttpFileTests(SharedApp shared) : OverHttp(shared)
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "http"), "*.http").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_request_is_answered_as_the_file_says(string name)
    {
        var file = HttpFile.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "http", name)));
        var variables = new Dictionary<string, string>(file.Variables)
        {
            ["host"] = App.Url.ToString().TrimEnd('/'),
            ["token"] = Admin.DefaultRequestHeaders.Authorization!.Parameter!,
        };
        file.Samples.Select(s => s.Name).ShouldBeUnique();
        using var client = Nobody();
        foreach (var sample in file.Samples)
        {
            var (body, headers) = (sample.Body is null ? null : HttpFile.Fill(sample.Body, variables), sample.Headers.Where(h => h.Name != "Content-Type"));
            var answer = await client.SendAsync(
                new HttpMethod(sample.Method), HttpFile.Fill(sample.Url, variables), body, [.. headers.Select(h => (h.Name, HttpFile.Fill(h.Value, variables)))]);
            answer.Status.ShouldBe(sample.Expect, $"{name}, {sample.Name}: {answer.Text}");
            foreach (var (variable, member) in sample.Set)
                variables[variable] = Member(answer.Json, member);
        }
    }

    // A path such as events.0.sequence.
    private static string Member(JsonElement answer, string path) =>
        path.Split('.').Aggregate(answer, (element, step) => element.ValueKind == JsonValueKind.Array ? element[int.Parse(step, null)] : element.GetProperty(step)).ToString();

    [Theory]
    [InlineData("### One\n# @name one\nGET {{host}}/", "one @expect")]
    [InlineData("### One\n# @expect 200\nGET {{host}}/", "one @name")]
    [InlineData("### One\n# @name one\n# @expect 200\n", "request line")]
    public void A_request_that_could_not_be_checked_is_refused(string text, string why) => Should.Throw<FormatException>(() => HttpFile.Parse(text)).Message.ShouldContain(why);

    [Fact]
    public void An_unknown_variable_is_refused() => Should.Throw<KeyNotFoundException>(() => HttpFile.Fill("{{nobody}}", new Dictionary<string, string>()));
}
