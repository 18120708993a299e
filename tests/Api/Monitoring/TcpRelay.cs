using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Tests.Monitoring;

/// <summary>Stands between a host and its database, and can be cut.</summary>
internal sealed class TcpRelay(string targetHost, int targetPort) : IAsyncDisposable
{
    private CancellationTokenSource _open = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where to connect; the same each time it's open.</summary>
    public int Port { get; private set; }

    /// <summary>Lets connections through.</summary>
    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _open = new();
        _accepting = AcceptAsync(listener, _open.Token);
    }

    /// <summary>Ends all connections and refuses new ones.</summary>
    public async Task CutAsync()
    {
        await _open.CancelAsync();
        await _accepting;
        _open.Dispose();
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancel)
    {
        using (listener)
        {
            try
            {
                while (true)
                    _ = RelayAsync(await listener.AcceptTcpClientAsync(cancel), cancel);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private async Task RelayAsync(TcpClient near, CancellationToken cancel)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(targetHost, targetPort, cancel);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), cancel), far.GetStream().CopyToAsync(near.GetStream(), cancel));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
            }
        }
    }
}
