using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using Platform.Domain.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>Opens the credential that was sealed for a tenant's service at a URL; null: it was sealed for another, or by nodes that had another secret.</summary>
public delegate string? OpenCredential(string tenantId, string url, string sealedCredential);

/// <summary>Asks a recommendation service once. Of the answer at most <see cref="ServiceRanking.MostBytes"/> are read; redirects are failures.</summary>
/// <param name="clients">Has the client <see cref="Name"/>.</param>
/// <param name="options">Where services may be.</param>
/// <param name="open">Opens credentials.</param>
public sealed class RecommendationServiceClient(IHttpClientFactory clients, RecommendationServiceOptions options, OpenCredential open)
{
    public const string Name = "recommendation-service";

    /// <exception cref="HttpRequestException">It can't be reached, or doesn't answer as it should.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<ImmutableDictionary<Guid, double>> RankAsync(string tenantId, RecommendationServiceSettings settings, byte[] question, CancellationToken cancel)
    {
        if (options.Problem(settings.Url) is not null)
            throw new HttpRequestException("The service's address can't be used.");
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(question) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Platform-Recommendations/1");
        if (settings.SealedCredential is { } credential)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", open(tenantId, settings.Url, credential) ?? throw new HttpRequestException("The service's credential can't be opened; it must be given again."));
        using var client = clients.CreateClient(Name);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"The service answered {(int)response.StatusCode}.");
        var bytes = ArrayPool<byte>.Shared.Rent(ServiceRanking.MostBytes + 1);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var length = await body.ReadAtLeastAsync(bytes.AsMemory(0, ServiceRanking.MostBytes + 1), ServiceRanking.MostBytes + 1, throwOnEndOfStream: false, cancel);
            return ServiceRanking.Parse(bytes.AsMemory(0, length)) ?? throw new HttpRequestException("The service's answer isn't one by /schemas/recommendation-ranking.v1.json.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
