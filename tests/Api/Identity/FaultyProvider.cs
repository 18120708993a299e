using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.Identity;

/// <summary>A provider that says what a test wants, also what no honest one says. It admits everybody at once.</summary>
internal sealed class FaultyProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _nonces = new();

    private int _keyFetches, _descriptions;

    private FaultyProvider(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.First();

    /// <summary>How many codes it was brought.</summary>
    public int Codes { get; private set; }

    /// <summary>How often it was asked for its keys.</summary>
    public int KeyFetches => _keyFetches;

    /// <summary>How often it was asked for its configuration.</summary>
    public int Descriptions => _descriptions;

    /// <summary>It takes a code again and again.</summary>
    public bool KeepsCodes { get; set; }

    /// <summary>Who signs in.</summary>
    public string Subject { get; set; } = "ann";

    /// <summary>What its configuration says otherwise.</summary>
    public Action<JsonObject> Metadata { get; set; } = _ => { };

    /// <summary>What its ID tokens say otherwise.</summary>
    public Action<JsonObject> Claims { get; set; } = _ => { };

    /// <summary>What its answer to the browser says otherwise.</summary>
    public Action<Dictionary<string, string?>> Answer { get; set; } = _ => { };

    /// <summary>Makes the token of the claims.</summary>
    public Func<string, string> Sign { get; set; } = claims => Signer.Rs256.Token(claims);

    public static async Task<FaultyProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new FaultyProvider(app);
        app.MapGet("/.well-known/openid-configuration", provider.Describe);
        app.MapGet("/jwks", provider.ShowKeys);
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", (Delegate)provider.TokenAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>A logout token, altered by a test.</summary>
    public string LogoutToken(string clientId, Action<JsonObject>? alter = null, Func<string, string>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = clientId,
            ["sub"] = Subject,
            ["iat"] = now,
            ["exp"] = now + 120,
            ["jti"] = $"{Guid.NewGuid()}",
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        alter?.Invoke(claims);
        return (sign ?? (text => Signer.Rs256.Token(text)))(claims.ToJsonString());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult ShowKeys()
    {
        Interlocked.Increment(ref _keyFetches);
        return Results.Text($$"""{"keys":[{{Signer.Rs256.Jwk}}]}""", "application/json");
    }

    private IResult Describe()
    {
        Interlocked.Increment(ref _descriptions);
        var metadata = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/jwks",
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        };
        Metadata(metadata);
        return Results.Text(metadata.ToJsonString(), "application/json");
    }

    private IResult Authorize(HttpContext http)
    {
        var code = $"{Guid.NewGuid()}";
        _nonces[code] = http.Request.Query["nonce"].ToString();
        var answer = new Dictionary<string, string?> { ["state"] = http.Request.Query["state"], ["code"] = code };
        Answer(answer);
        return Results.Redirect(QueryHelpers.AddQueryString(http.Request.Query["redirect_uri"].ToString(), answer));
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        Codes++;
        var form = await http.Request.ReadFormAsync();
        var code = form["code"].ToString();
        if (!(KeepsCodes ? _nonces.TryGetValue(code, out var nonce) : _nonces.TryRemove(code, out nonce)))
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["aud"] = "platform", ["sub"] = Subject, ["nonce"] = nonce, ["iat"] = now, ["exp"] = now + 300, ["sid"] = "sid-1", ["name"] = $"Name of {Subject}" };
        Claims(claims);
        return Results.Text(JsonSerializer.Serialize(new { token_type = "Bearer", access_token = "a", id_token = Sign(claims.ToJsonString()) }), "application/json");
    }
}
