using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Audit;

/// <summary>The commands of docs/signatures.md, as somebody types them who has openssl and nothing of ours.</summary>
public sealed partial class OpensslTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task The_documents_commands_do_what_it_says()
    {
        var output = await RunAsync(string.Join('\n', Blocks()));
        output.ShouldContain("\"valid\":true");
        output.ShouldContain("Signature Verified Successfully");
    }

    [Fact]
    public async Task The_same_works_with_es256()
    {
        var output = await RunAsync(string.Join('\n', Blocks())
            .Replace("-algorithm ed25519", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256").Replace("Ed25519", "ES256")
            .Replace("openssl pkeyutl -sign -rawin -inkey key.pem -in ", "openssl dgst -sha256 -sign key.pem ").Replace("statement.txt -out signature.bin", "-out signature.bin statement.txt")
            .Replace("openssl pkeyutl -verify -rawin -pubin -inkey public.pem -in statement.txt -sigfile signature.bin", "openssl dgst -sha256 -verify public.pem -signature signature.bin statement.txt"));
        output.ShouldContain("\"valid\":true");
        output.ShouldContain("Verified OK");
    }

    private static IEnumerable<string> Blocks() => ShellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "signatures.md"))).Select(m => m.Groups[1].Value);

    private async Task<string> RunAsync(string script)
    {
        using var directory = new ScratchDirectory();
        Directory.CreateDirectory(directory.Path);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = directory.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLATFORM_URL"] = App.Url.ToString().TrimEnd('/');
        start.Environment["PLATFORM_TOKEN"] = Admin.DefaultRequestHeaders.Authorization!.Parameter;
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        return output;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
