using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Platform.Api.Cli;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Personalization;

public sealed class RecommendVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recommend").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("prequential")]
    [InlineData("temporal")]
    [InlineData("hash")]
    public async Task Every_model_stands_beside_popularity(string split)
    {
        var lines = new StringBuilder("ts,person,thing\n");
        for (var n = 0; n < 60; n++)
            lines.Append(System.Globalization.CultureInfo.InvariantCulture, $"{1_700_000_000 + n * 60},Zoë-{n % 6},статья {n / 6 % 5}\n");
        var record = Write("record.csv.gz", lines.ToString());
        var items = Write("items.csv", "item,title,topics\nстатья 0,whales swim,sea|animals\nстатья 1,\"whales, boats\",sea\n");
        var (code, output, errors) = await RunAsync("--interactions", record, "--map", "ts=at,person=visitor,thing=item", "--items", items, "--items-map", "item=item,title=title,topics=topics", "--split", split, "--k", "2,3");
        code.ShouldBe(0, errors);
        output.ShouldContain($"{split}: ");
        foreach (var model in (string[])["popularity", "trending 6h", "item-knn", "ease", "als", "content", "hybrid"])
            output.ShouldContain($"| {model} | 3 | ");
    }

    [Theory]
    [InlineData("at,visitor,item\n1700000000,a,b\nnoon,a,b\n", "record.csv:3: The time is neither seconds since 1970 nor RFC 3339.")]
    [InlineData("at,visitor,item\n1700000000,,b\n", "record.csv:2: There is no visitor.")]
    [InlineData("at,visitor\n", "has no column item; it has at, visitor. Say with --map what its columns are.")]
    [InlineData("", "its first line has to name the columns")]
    public async Task What_is_wrong_with_a_file_is_said(string content, string message)
    {
        var (code, _, errors) = await RunAsync("--interactions", Write("record.csv", content));
        code.ShouldBe(2);
        errors.ShouldContain(message);
    }

    [Fact]
    public async Task What_is_wrong_with_options_is_said()
    {
        var record = Write("record.csv", "at,visitor,item\n");
        var (code, _, errors) = await RunAsync("--interactions", record, "--k", "0");
        (code, errors.Contains("--k takes", StringComparison.Ordinal)).ShouldBe((2, true), errors);
        (code, _, errors) = await RunAsync("--interactions", record, "--map", "ts=at");
        (code, errors.Contains("--map has to say which column is the visitor: COLUMN=visitor.", StringComparison.Ordinal)).ShouldBe((2, true), errors);
        (code, var output, errors) = await RunAsync("--interactions", record);
        code.ShouldBe(0, errors);
        output.ShouldContain("0 lists");
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        using var file = File.Create(path);
        using var stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        stream.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PlatformCommand).Assembly.Location, "recommend", "evaluate", .. arguments]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
