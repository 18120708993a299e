using Npgsql;

namespace Platform.Tests;

/// <summary>A database of a test's own in the <see cref="TestCluster"/>, dropped on dispose whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(string name, string connectionString)
    {
        Name = name;
        ConnectionString = connectionString;
    }

    public string Name { get; }

    /// <summary>The database as superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a database, empty or as a copy of a template (<see cref="TestCluster.TemplateAsync"/>).</summary>
    public static async Task<TestDatabase> CreateAsync(string? template = null)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(await TestCluster.ConnectionStringAsync());
        await connection.OpenAsync();
        await connection.RunAsync(template is null
            ? $"create database {name} template template0 encoding 'UTF8' locale 'C.UTF-8'"
            : $"create database {name} template {template}");
        return new TestDatabase(name, await TestCluster.ConnectionStringAsync(name));
    }

    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(pooled);
        await using var connection = new NpgsqlConnection(await TestCluster.ConnectionStringAsync());
        await connection.OpenAsync();
        await connection.RunAsync($"drop database if exists {Name} with (force)");
    }
}
