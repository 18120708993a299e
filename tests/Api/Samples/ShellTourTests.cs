using System.Diagnostics;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>The shell tour, as a newcomer runs it, against the real host.</summary>
public sealed class ShellTourTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task The_content_tour_does_what_it_says()
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "samples", "shell", "content-tour.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLATFORM_URL"] = App.Url.ToString().TrimEnd('/');
        start.Environment["PLATFORM_DATA"] = App.DataDirectory;
        start.Environment["ConnectionStrings__Platform"] = App.Database.OwnerConnectionString;
        using var tour = Process.Start(start)!;
        var errors = tour.StandardError.ReadToEndAsync();
        var output = await tour.StandardOutput.ReadToEndAsync();
        await tour.WaitForExitAsync();

        tour.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        output.ShouldContain("no finding");
        var end = output.TrimEnd().Split('\n')[^1].Split(' ');
        end.Length.ShouldBe(6, output);
        using var client = App.Client("admin", await File.ReadAllTextAsync(Path.Combine(App.DataDirectory, "tenant")));
        var item = (await client.AskAsync($"/api/content/{end[2]}")).ShouldBe(200).Json;
        item.GetProperty("siteId").GetString().ShouldBe(end[5]);
        item.GetProperty("status").GetString().ShouldBe("published");
        item.GetProperty("fields").GetProperty("stars").GetInt32().ShouldBe(4);
        item.GetProperty("version").GetInt64().ShouldBe(3);
    }
}
