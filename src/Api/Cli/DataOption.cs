using System.CommandLine;

namespace Platform.Api.Cli;

/// <summary>The directory of the instance that a verb acts on.</summary>
internal static class DataOption
{
    public static Option<string> Instance { get; } = new("--data")
    {
        Description = "Directory of the instance: embedded PostgreSQL, secrets, logs; default PLATFORM_DATA or .platform",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("PLATFORM_DATA") is { Length: > 0 } data ? data : ".platform",
        Recursive = true,
    };
}
