using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.Collaboration;

/// <summary>What a receiver got.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body, DateTimeOffset At)
{
    public string Id => Headers["webhook-id"];
    public JsonElement Json => JsonElement.Parse(Body);
    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>As a library for Standard Webhooks verifies: one of the signatures is enough.</summary>
    public bool IsSignedWith(string secret) => Headers["webhook-signature"].Split(' ').Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}.{Body}"))));

    public long Timestamp => long.Parse(Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
}

/// <summary>A receiver on this machine, on a real port, that answers as a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> All { get; } = new();

    /// <summary>Status by request; the request's number at this receiver is from 1 on.</summary>
    public Func<Received, int, HttpContext, int> Answer { get; set; } = (_, _, _) => 204;

    /// <summary>What follows the status; null: nothing.</summary>
    public Func<Received, HttpContext, Task>? Write { get; set; }

    public string Url => _app.Urls.First() + "/in";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>The requests, once there are so many of a kind.</summary>
    public async Task<IReadOnlyList<Received>> WaitAsync(int count, Func<Received, bool>? which = null)
    {
        for (var n = 0; n < 750; n++, await Task.Delay(40))
            if (All.Where(which ?? (_ => true)).ToList() is var found && found.Count >= count)
                return found;
        throw new TimeoutException($"{All.Count} requests: {string.Join(", ", All.Select(r => r.Type))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var received = new Received(
            http.Request.Path, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await reader.ReadToEndAsync(), DateTimeOffset.UtcNow);
        All.Enqueue(received);
        http.Response.StatusCode = Answer(received, All.Count, http);
        if (Write is { } write)
            await write(received, http);
    }
}
