using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Platform.Tests.Support;

/// <summary>A mail server on this machine, on a real port, that does with mails what a test says.</summary>
public sealed class SmtpReceiver : IMailboxFilter, IMessageStore, IAsyncDisposable
{
    private CancellationTokenSource? _running;
    private Task _server = Task.CompletedTask;

    public int Port { get; } = Free();

    /// <summary>What it took.</summary>
    public ConcurrentQueue<MimeMessage> All { get; } = new();

    /// <summary>How often it was asked to take a mail, by address.</summary>
    public ConcurrentDictionary<string, int> Asked { get; } = new();

    /// <summary>Addresses that it doesn't have.</summary>
    public ConcurrentDictionary<string, bool> Unknown { get; } = new();

    /// <summary>What it answers to a whole mail, by address and the number of the attempt; null: it takes it.</summary>
    public Func<string, int, SmtpResponse?> Answer { get; set; } = (_, _) => null;

    /// <summary>How long it takes before that.</summary>
    public Func<string, int, TimeSpan> Pause { get; set; } = (_, _) => TimeSpan.Zero;

    public void Start()
    {
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example").Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port))).Build();
        var services = new ServiceProvider();
        services.Add((IMailboxFilter)this);
        services.Add((IMessageStore)this);
        _running = new CancellationTokenSource();
        _server = new SmtpServer.SmtpServer(options, services).StartAsync(_running.Token);
    }

    public async Task StopAsync()
    {
        await _running!.CancelAsync();
        await _server.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _running.Dispose();
    }

    /// <summary>The mails to an address, once there are so many.</summary>
    public async Task<IReadOnlyList<MimeMessage>> WaitAsync(string address, int count = 1)
    {
        for (var n = 0; n < 750; n++, await Task.Delay(40))
            if (All.Where(mail => mail.To.Mailboxes.Any(to => to.Address == address)).ToList() is var found && found.Count >= count)
                return found;
        throw new TimeoutException($"{All.Count} mails, asked {string.Join(", ", Asked)}");
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) => Task.FromResult(!Unknown.ContainsKey(to.AsAddress()));

    public async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        var address = transaction.To.Single().AsAddress();
        var attempt = Asked.AddOrUpdate(address, 1, (_, n) => n + 1);
        await Task.Delay(Pause(address, attempt), cancellationToken);
        if (Answer(address, attempt) is { } refusal)
            return refusal;
        All.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(buffer.ToArray()), cancellationToken));
        return SmtpResponse.Ok;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
