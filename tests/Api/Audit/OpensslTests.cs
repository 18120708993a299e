using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Audit;

/// <summary>The commands of docs/signatures.md, as somebody types them who has openssl and nothing of ours.</summary>
public sealed class OpensslTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly Guide _guide = new("docs/signatures.md");

    [Fact]
    public async Task The_documents_commands_do_what_it_says()
    {
        var output = await RunAsync(_guide.Blocks());
        output.ShouldContain("\"valid\":true");
        output.ShouldContain("Signature Verified Successfully");
    }

    [Fact]
    public async Task The_same_works_with_es256()
    {
        var output = await RunAsync(_guide.Blocks()
            .Replace("-algorithm ed25519", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256").Replace("Ed25519", "ES256")
            .Replace("openssl pkeyutl -sign -rawin -inkey key.pem -in ", "openssl dgst -sha256 -sign key.pem ").Replace("statement.txt -out signature.bin", "-out signature.bin statement.txt")
            .Replace("openssl pkeyutl -verify -rawin -pubin -inkey public.pem -in statement.txt -sigfile signature.bin", "openssl dgst -sha256 -verify public.pem -signature signature.bin statement.txt"));
        output.ShouldContain("\"valid\":true");
        output.ShouldContain("Verified OK");
    }

    private async Task<string> RunAsync(string script)
    {
        using var directory = new ScratchDirectory();
        Directory.CreateDirectory(directory.Path);
        return await Guide.ShellAsync(
            directory.Path, script, ("PLATFORM_URL", App.Url.ToString().TrimEnd('/')), ("PLATFORM_TOKEN", Admin.DefaultRequestHeaders.Authorization!.Parameter!));
    }
}
