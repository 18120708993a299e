using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Hosting;

/// <summary>TCP ports of 127.0.0.1 that a server can listen on.</summary>
internal static class FreePort
{
    // Below the range from which Linux and macOS take the ports of outgoing connections, so that a kept port stays free.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>The preferred port when it's free, otherwise a random free one.</summary>
    /// <exception cref="EmbeddedPostgresException">A thousand random ports were all taken.</exception>
    public static int Choose(int? preferred)
    {
        if (preferred is > 0 and <= IPEndPoint.MaxPort && IsFree(preferred.Value))
            return preferred.Value;
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port))
                return port;
        }

        throw new EmbeddedPostgresException($"No free TCP port was found between {First} and {End} on 127.0.0.1.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
