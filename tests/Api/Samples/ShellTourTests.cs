using System.Diagnostics;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>The shell tour, as a newcomer runs it, against a host of its own: it verifies the ledger, and other tests tamper with theirs.</summary>
public sealed class ShellTourTests
{
    [Fact]
    public async Task The_content_tour_does_what_it_says()
    {
        await using var app = await PlatformApp.StartAsync();
        // As ./platform run leaves it for the verbs: the tenant that it provisioned.
        await File.WriteAllTextAsync(Path.Combine(app.DataDirectory, "tenant"), PlatformApp.DemoTenant);
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "samples", "shell", "content-tour.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLATFORM_URL"] = app.Url.ToString().TrimEnd('/');
        start.Environment["PLATFORM_DATA"] = app.DataDirectory;
        start.Environment["ConnectionStrings__Platform"] = app.Database.OwnerConnectionString;
        using var tour = Process.Start(start)!;
        var errors = tour.StandardError.ReadToEndAsync();
        var output = await tour.StandardOutput.ReadToEndAsync();
        await tour.WaitForExitAsync();

        tour.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        output.ShouldContain("no finding");
        var end = output.TrimEnd().Split('\n')[^1].Split(' ');
        end.Length.ShouldBe(6, output);
        using var client = app.Client();
        var item = (await client.AskAsync($"/api/content/{end[2]}")).ShouldBe(200).Json;
        item.GetProperty("siteId").GetString().ShouldBe(end[5]);
        item.GetProperty("status").GetString().ShouldBe("published");
        item.GetProperty("fields").GetProperty("stars").GetInt32().ShouldBe(4);
        item.GetProperty("version").GetInt64().ShouldBe(3);
    }
}
