using System.Diagnostics;
using Platform.Api.Cli;

namespace Platform.Api.Tests.Hosting;

/// <summary>The program itself, run as another process.</summary>
internal sealed class ClusterChild : IDisposable
{
    private ClusterChild(Process process) => Process = process;

    public Process Process { get; }

    public static ClusterChild Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(PlatformCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>A process that owns the cluster of a directory, once its server answers.</summary>
    public static async Task<ClusterChild> OwnerOfAsync(string directory)
    {
        var child = Start("cluster", "--data", directory);
        (await child.Process.StandardOutput.ReadLineAsync()).ShouldStartWith("ready 127.0.0.1:");
        return child;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }
}
