using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.Http;

/// <summary>Wants to be told everything, so that requests are traced as in production, and keeps whose they were alone.</summary>
internal sealed class Attentive : ILoggerProvider, ILogger
{
    public ConcurrentDictionary<string, bool> Tenants { get; } = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        if (state is IEnumerable<KeyValuePair<string, object>> members && members.FirstOrDefault(m => m.Key == "tenant").Value is string tenant)
            Tenants[tenant] = true;
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
    }

    public void Dispose()
    {
    }
}
