using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Domain.Collaboration;
using Platform.Processors.Collaboration;

namespace Platform.Api.Identity;

/// <summary>
/// Talks to providers: their configuration (kept for an hour), their keys (for ten minutes, and asked for again when a token names one that isn't known; either at most every ten seconds, whoever asks and
/// whatever came of it), codes and claims. Of an answer at most 256 KiB are read, within ten seconds; redirects are failures.
/// </summary>
/// <param name="clients">Has the client <see cref="Name"/>.</param>
/// <param name="options">Which addresses are allowed.</param>
/// <param name="time">How old things are.</param>
internal sealed class ProviderClient(IHttpClientFactory clients, SignInOptions options, TimeProvider time)
{
    public const string Name = "sign-in";

    private const int MostBytes = 256 * 1024, MostKept = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), MetadataLife = TimeSpan.FromHours(1), KeysLife = TimeSpan.FromMinutes(10);

    // By tenant too: what a provider tells one tenant is no other's.
    private readonly ConcurrentDictionary<(string Tenant, string Issuer), Kept> _kept = new();

    private sealed record Kept(Fetched<ProviderMetadata> Metadata, Fetched<JsonWebKeySet> Keys)
    {
        public long UsedAt { get; set; }
    }

    /// <exception cref="ProviderException">It can't be reached, or can't be used.</exception>
    public ValueTask<ProviderMetadata> DescribeAsync(string tenant, string issuer, CancellationToken cancel) => Of(tenant, issuer).Metadata.OfAsync(
        async () => ProviderMetadata.Of(await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", null, cancel), issuer, options.Policy), cancel);

    /// <summary>Verifies a provider's signature; its keys are fetched again where the token's isn't among them, so they can be rotated.</summary>
    /// <exception cref="ProviderException">Its keys can't be had.</exception>
    public async Task<(JsonWebSignature? Verified, JwtProblem? Problem)> VerifyAsync(string tenant, string issuer, string token, CancellationToken cancel)
    {
        var (metadata, kept) = (await DescribeAsync(tenant, issuer, cancel), Of(tenant, issuer).Keys);
        var keys = await kept.OfAsync(() => FetchKeysAsync(metadata, cancel), cancel);
        var result = JsonWebSignature.Verify(token, metadata.Algorithms, keys);
        return result.Problem?.Reason == JwtFailure.UnknownKey && await kept.OfAsync(() => FetchKeysAsync(metadata, cancel), cancel, unfit: keys) is var newer && newer != keys
            ? JsonWebSignature.Verify(token, metadata.Algorithms, newer) : result;
    }

    /// <summary>What a code is worth (RFC 6749, section 4.1.3; RFC 7636, section 4.5).</summary>
    /// <param name="metadata">The provider's.</param>
    /// <param name="clientId">What the platform is called there.</param>
    /// <param name="clientSecret">Null: a public client.</param>
    /// <param name="code">From the provider's answer.</param>
    /// <param name="verifier">Whose digest the sign-in began with.</param>
    /// <param name="redirectUri">As the sign-in began with.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ProviderException">It takes the code for nothing, or can't be reached.</exception>
    public async Task<(string IdToken, string? AccessToken)> ExchangeAsync(ProviderMetadata metadata, string clientId, string? clientSecret, string code, string verifier, string redirectUri, CancellationToken cancel)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.Token);
        if (clientSecret is null || metadata.PostsSecret)
            form["client_id"] = clientId;
        if (clientSecret is not null && metadata.PostsSecret)
            form["client_secret"] = clientSecret;
        else if (clientSecret is not null)
            // Section 2.3.1: form-encoded first.
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(clientSecret)}")));
        request.Content = new FormUrlEncodedContent(form);
        var answer = await SendAsync(request, "The provider doesn't take the code: it was used before, is over, or was another client's.", cancel);
        return (answer.Text("id_token") ?? throw new ProviderException("The provider gave no ID token."), answer.Text("access_token"));
    }

    /// <summary>Claims that the ID token lacks (OpenID Connect Core 1.0, section 5.3).</summary>
    /// <exception cref="ProviderException">They can't be had.</exception>
    public Task<JsonElement> UserInfoAsync(Uri endpoint, string accessToken, CancellationToken cancel) => GetAsync(endpoint.AbsoluteUri, accessToken, cancel);

    private Kept Of(string tenant, string issuer)
    {
        // What wasn't asked for longest goes.
        if (_kept.Count >= MostKept && !_kept.ContainsKey((tenant, issuer)))
            _kept.TryRemove(_kept.MinBy(each => each.Value.UsedAt).Key, out _);
        var kept = _kept.GetOrAdd((tenant, issuer), _ => new Kept(new(time, MetadataLife), new(time, KeysLife)));
        kept.UsedAt = time.GetTimestamp();
        return kept;
    }

    private async Task<JsonWebKeySet> FetchKeysAsync(ProviderMetadata metadata, CancellationToken cancel)
    {
        try
        {
            return JsonWebKeySet.Of(await GetAsync(metadata.Keys.AbsoluteUri, null, cancel));
        }
        catch (FormatException)
        {
            throw new ProviderException("The provider's keys can't be read.");
        }
    }

    private async Task<JsonElement> GetAsync(string url, string? accessToken, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await SendAsync(request, "The provider doesn't answer as a provider does.", cancel);
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, string refused, CancellationToken cancel)
    {
        if (WebhookUrl.Problem(request.RequestUri!.AbsoluteUri, options.Policy) is not null)
            throw new ProviderException("The provider's address can't be used.");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Platform-SignIn/1");
        using var client = clients.CreateClient(Name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var bytes = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                throw new ProviderException(refused, isRefusal: response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var length = await body.ReadAtLeastAsync(bytes.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, limit.Token);
            return length <= MostBytes && StrictJson.TryParseObject(bytes.AsMemory(0, length), out var json) ? json : throw new ProviderException("The provider's answer is no JSON object, or is too large.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderException($"The provider didn't answer within {Patience.TotalSeconds} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ProviderException("The provider can't be reached.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

/// <summary>How people sign in with providers.</summary>
public static class SignInServices
{
    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        services.AddSingleton(_ => SignInOptions.Of(configuration, isDevelopment));
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<ProviderSecrets>();
        services.AddSingleton<ProviderClient>();
        services.AddHttpClient(ProviderClient.Name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(s => new ReceiverConnections(s.GetRequiredService<SignInOptions>().Policy).CreateHandler())
            // They would tell codes and what is said of people.
            .RemoveAllLoggers();
        return services;
    }
}

/// <summary>Secrets that the platform has at providers: in events they are sealed, and open for the provider that they were given for alone.</summary>
public sealed class ProviderSecrets(TokenSecret secret)
{
    private readonly SealedValue _sealed = new(secret.Bytes, "provider secret");

    public string Seal(string tenant, string provider, string clientSecret) => _sealed.Seal(Encoding.UTF8.GetBytes(clientSecret), $"{tenant}\n{provider}");

    /// <summary>Null: it was sealed for another, or by nodes that had another secret.</summary>
    public string? Open(string tenant, string provider, string text) => _sealed.Open(text, $"{tenant}\n{provider}") is { } plain ? Encoding.UTF8.GetString(plain) : null;
}
