using System.Diagnostics;
using Platform.Api.Cli;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Cli;

/// <summary>How a verb of the program ended, run as another process on an instance.</summary>
internal sealed record Verb(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs it on a host's instance to its end.</summary>
    public static Task<Verb> RunAsync(PlatformApp app, params string[] arguments) => EndedAsync(Start(app, arguments));

    /// <summary>Runs it to its end where no host runs.</summary>
    public static Task<Verb> RunAsync(string data, string database, params string[] arguments) => EndedAsync(Start(data, database, arguments));

    /// <summary>Starts it on a host's instance, for those who end it.</summary>
    public static Process Start(PlatformApp app, params string[] arguments) => Start(app.DataDirectory, app.Database.OwnerConnectionString, arguments);

    /// <summary>What it printed, once it's sure that it ended so; with what it said of a failure.</summary>
    public string ShouldEnd(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, Output + Errors);
        return exitCode == 0 ? Output : Output + Errors;
    }

    private static Process Start(string data, string database, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PlatformCommand).Assembly.Location, .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PLATFORM_DATA"] = data;
        start.Environment["ConnectionStrings__Platform"] = database;
        return Process.Start(start)!;
    }

    private static async Task<Verb> EndedAsync(Process process)
    {
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return new Verb(process.ExitCode, output, await errors);
        }
    }
}
