using System.CommandLine;
using System.Diagnostics;
using Platform.Api.Hosting;
using Platform.Api.Identity;

namespace Platform.Api.Cli;

/// <summary><c>./platform run</c>: everything on this machine.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0: any free one", DefaultValueFactory = _ => 8080 };
        port.Must(given => given is >= 0 and <= 65535, "--port takes 0 to 65535.");
        var urls = new Option<string?>("--urls") { Description = "Addresses to listen on instead, such as http://0.0.0.0:8080; default ASPNETCORE_URLS", HelpName = "URLS" };
        var role = new Option<NodeRoles>("--role")
        {
            Description = "Parts to run: api, projections, processors (several with commas); default all",
            HelpName = "PARTS",
            CustomParser = result => Parse(result),
            DefaultValueFactory = _ => NodeRoles.All,
        };
        var command = new Command("run", "Start everything and serve the API until stopped") { port, urls, role };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), Urls(parsed, urls, port), parsed.GetValue(role)));
        return command;
    }

    private static string Urls(ParseResult parsed, Option<string?> urls, Option<int> port) =>
        parsed.GetValue(urls)
        ?? (parsed.GetResult(port) is { Implicit: false } ? null : Environment.GetEnvironmentVariable("ASPNETCORE_URLS"))
        ?? $"http://127.0.0.1:{parsed.GetValue(port)}";

    private static NodeRoles Parse(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = string.Join(',', result.Tokens.Select(t => t.Value));
        if (Enum.TryParse<NodeRoles>(text, ignoreCase: true, out var roles) && roles != NodeRoles.None && !int.TryParse(text, out _))
            return roles;
        result.AddError($"--role takes api, projections and processors, not '{text}'.");
        return NodeRoles.None;
    }

    private static async Task<int> RunAsync(string data, string urls, NodeRoles roles)
    {
        var clock = Stopwatch.StartNew();
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var instance = await Instance.OpenAsync(data, own: true, log.CreateLogger("Postgres"), stop.Token);
        var isDevelopment = IsDevelopment(urls);
        await using var app = PlatformHost.Build(new Platform.Api.Hosting.HostOptions(instance.Connections, urls, roles, isDevelopment ? instance.DataDirectory : null, instance.DataDirectory));

        try
        {
            await PlatformHost.StartAsync(app, isDevelopment ? DevelopmentFile.TenantOf(instance.DataDirectory) : null, stop.Token);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Something else listens on {urls}; choose another port with --port.");
            return 1;
        }

        var url = app.Urls.First();
        if (isDevelopment)
            DevelopmentFile.Write(instance.DataDirectory, url, instance.Connections, app.Services.GetRequiredService<DevelopmentIssuer>(), DateTimeOffset.UtcNow);
        Announce(url, instance.DataDirectory, isDevelopment ? app.Services.GetRequiredService<DevelopmentIssuer>() : null, clock.Elapsed);

        await app.WaitForShutdownAsync(stop.Token);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    // Without a word on it, only what nobody else can reach is for development: its issuer trusts whoever can read the data directory.
    private static bool IsDevelopment(string urls) =>
        (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")) switch
        {
            { Length: > 0 } named => string.Equals(named, Environments.Development, StringComparison.OrdinalIgnoreCase),
            _ => urls.Split(';').All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback),
        };

    private static void Announce(string url, string data, DevelopmentIssuer? issuer, TimeSpan elapsed)
    {
        Console.WriteLine($"ready {url}");
        if (issuer is null)
            return;
        Console.WriteLine($"  started in {elapsed.TotalSeconds:0.0} s; the API is described at {url}/swagger");
        Console.WriteLine($"  tokens and connection strings: {Path.Combine(data, "dev.json")}");
        Console.WriteLine($"  an admin's token: {DevelopmentFile.Token(issuer, "admin", DevelopmentFile.TenantOf(data), DateTimeOffset.UtcNow)}");
    }
}
