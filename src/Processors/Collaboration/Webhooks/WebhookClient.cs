using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Processors.Monitoring;

namespace Platform.Processors.Collaboration;

/// <summary>What a receiver did with a delivery.</summary>
/// <param name="Status">HTTP status; null: it gave no answer.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">Null: it took the event.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
public sealed record ReceiverAnswer(int? Status, long Milliseconds, string? Error, TimeSpan? RetryAfter = null)
{
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>Sends one delivery, signed by Standard Webhooks. Any 2xx is success; redirects are failures. Of the answer's body at most 4 KiB are read, and kept nowhere.</summary>
/// <param name="clients">Has the client <see cref="Name"/>.</param>
/// <param name="performance">Told how long receivers take.</param>
/// <param name="time">For the header <c>webhook-timestamp</c>.</param>
public sealed class WebhookClient(IHttpClientFactory clients, TenantPerformance performance, TimeProvider time)
{
    public const string Name = "webhooks";

    /// <summary>One attempt, name resolution and answer included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MostRead = 4 * 1024;

    public async Task<ReceiverAnswer> SendAsync(string url, Event e, byte[] payload, IEnumerable<byte[]> secrets, CancellationToken cancel)
    {
        var answer = await AskAsync(url, e, payload, secrets, cancel);
        ProcessorMeter.Delivered(answer.Milliseconds, answer.Error is null);
        performance.Note(e.TenantId, Operations.Webhook, TimeSpan.FromMilliseconds(answer.Milliseconds), answer.Error is null ? MeasuredOutcome.Done : MeasuredOutcome.Failed);
        return answer;
    }

    private async Task<ReceiverAnswer> AskAsync(string url, Event e, byte[] payload, IEnumerable<byte[]> secrets, CancellationToken cancel)
    {
        var (id, timestamp) = ($"{e.Id}", time.GetUtcNow().ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(secrets, id, timestamp, payload));
        request.Headers.UserAgent.ParseAdd("Platform-Webhooks/1");

        using var client = clients.CreateClient(Name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var clock = Stopwatch.StartNew();
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            var answer = new ReceiverAnswer(status, clock.ElapsedMilliseconds, response.IsSuccessStatusCode ? null : $"The receiver answered {status}.", RetryAfter(response));
            await DrainAsync(response, limit.Token);
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ReceiverAnswer(null, clock.ElapsedMilliseconds, $"The receiver didn't answer within {Patience.TotalSeconds} s.");
        }
        catch (HttpRequestException error)
        {
            return new ReceiverAnswer(null, clock.ElapsedMilliseconds, Reason(error));
        }
    }

    // A connection whose answer was read to its end serves the next delivery; what fails here came after the status.
    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            await body.ReadAtLeastAsync(new byte[MostRead], MostRead, throwOnEndOfStream: false, cancel);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) ? null
        : response.Headers.RetryAfter switch { { Delta: { } delta } => delta, { Date: { } date } => date - time.GetUtcNow(), _ => null };

    private static string Reason(HttpRequestException error) => (error.InnerException, error.HttpRequestError) switch
    {
        (ReceiverRefusedException refused, _) => refused.Message,
        (SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }, _) or (_, HttpRequestError.NameResolutionError) => "The receiver's name isn't known.",
        (_, HttpRequestError.SecureConnectionError) => "The receiver has no certificate that is trusted for its name.",
        (_, HttpRequestError.ConnectionError) => "The receiver can't be reached.",
        _ => "The connection to the receiver broke.",
    };
}
