using System.Net;
using System.Net.Sockets;
using Platform.Domain.Collaboration;

namespace Platform.Processors.Collaboration;

/// <summary>
/// Connections to receivers. The name is resolved here, every address it stands for is checked, and the connection is made to a checked address: a name that stands for
/// another address a moment later leads nowhere else.
/// </summary>
/// <param name="policy">Which addresses are allowed.</param>
/// <param name="resolve">Gives a name's addresses; null: by DNS.</param>
public sealed class ReceiverConnections(WebhookPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? ((host, cancel) => Dns.GetHostAddressesAsync(host, cancel));

    /// <summary>Sends to receivers alone: no proxy, no redirects, no cookies.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = ConnectAsync,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxConnectionsPerServer = 16,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 4 * 1024,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>What is wrong with the addresses that a URL's host stands for at this moment, as a sentence; null: nothing, or none is known yet.</summary>
    public async Task<string?> FindProblemAsync(string? url, CancellationToken cancel)
    {
        if (WebhookUrl.Problem(url, policy) is not null)
            return null; // It's told by the form.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return (await _resolve(new Uri(url!).IdnHost, limit.Token)).Select(address => ReceiverAddress.Problem(address, policy)).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception e) when (e is SocketException or ArgumentException || e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await _resolve(context.DnsEndPoint.Host, cancel);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        // All of them: a name that stands for a good address and a bad one is no receiver's.
        if (addresses.Any(address => ReceiverAddress.Problem(address, policy) is not null))
            throw new ReceiverRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A receiver's name stands for an address that deliveries may not go to. Which one isn't said: it may be from a network that the tenant can't see.</summary>
public sealed class ReceiverRefusedException() : Exception("The receiver's name stands for an address that deliveries may not go to.");
