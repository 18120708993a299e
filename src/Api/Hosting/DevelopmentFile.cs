using System.Text.Json;
using Platform.Api.Identity;
using Platform.Api.Sites;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>What a developer needs to talk to the instance: <c>DIR/dev.json</c>. Development only; readable by its owner alone.</summary>
internal static class DevelopmentFile
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The demo tenant's id, chosen at the first start.</summary>
    public static string TenantOf(string data)
    {
        var file = Path.Combine(data, "tenant");
        if (!File.Exists(file))
            File.WriteAllText(file, TenantEndpoints.NewId());
        return File.ReadAllText(file).Trim();
    }

    /// <summary>A token for one built-in role: operators belong to the platform's own tenant, all others to the demo tenant.</summary>
    public static string Token(DevelopmentIssuer issuer, string role, string tenant, DateTimeOffset now) =>
        issuer.Issue($"dev-{role}", role == "operator" ? DocumentStore.PlatformTenant : tenant, [role], Life, now);

    public static void Write(string data, string url, DatabaseConnections connections, DevelopmentIssuer issuer, DateTimeOffset now)
    {
        var tenant = TenantOf(data);
        var content = JsonSerializer.Serialize(new
        {
            url,
            tenant,
            connectionString = connections.App,
            ownerConnectionString = connections.Owner,
            tokens = BuiltInRoles.All.Keys.Order(StringComparer.Ordinal).ToDictionary(role => role, role => Token(issuer, role, tenant, now)),
        }, Indented);
        var file = Path.Combine(data, "dev.json");
        var next = file + ".next";
        File.Delete(next);
        using (var stream = PrivateFiles.Create(next))
        using (var writer = new StreamWriter(stream))
            writer.Write(content);
        File.Move(next, file, overwrite: true);
    }
}
