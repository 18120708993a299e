namespace Platform.Api.Hosting;

/// <summary>What the verb <c>test</c> and the tests agree on.</summary>
public static class ThrowAwayCluster
{
    /// <summary>The environment variable with the superuser's connection string (database postgres) of the cluster to test on.</summary>
    public const string Variable = "PLATFORM_TEST_CLUSTER";

    /// <summary>Not durable, and with room for several test processes.</summary>
    public static EmbeddedPostgresOptions Options { get; } = new()
    {
        Durable = false,
        Settings = new Dictionary<string, string> { ["max_connections"] = "300" },
    };
}
