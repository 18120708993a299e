using Microsoft.Extensions.Logging;

namespace Platform.Api.Cli;

/// <summary>What a verb has to say beside its result: warnings and errors, on standard error.</summary>
internal static class ConsoleLog
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddSimpleConsole(format => format.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
