using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;

namespace Platform.Api.Tests.Hosting;

/// <summary>Embedded clusters for the tests: not durable, in a directory of the test's own.</summary>
internal static class Clusters
{
    public static EmbeddedPostgresOptions Options { get; } = new() { Durable = false };

    public static Task<EmbeddedPostgres> StartAsync(string directory, EmbeddedPostgresOptions? options = null) =>
        EmbeddedPostgres.StartAsync(directory, options ?? Options, NullLogger.Instance);

    public static Task<EmbeddedPostgres> OpenAsync(string directory) =>
        EmbeddedPostgres.OpenAsync(directory, Options, NullLogger.Instance);
}
