using System.Net;
using System.Net.Sockets;
using MailKit.Security;
using MimeKit;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Processors.Monitoring;

namespace Platform.Processors.Tests.Analytics;

/// <summary>What mail servers answer that MailKit tells apart from a refusal.</summary>
public sealed class MailClientTests
{
    [Fact]
    public async Task A_server_that_wants_a_login_is_said_to_without_its_words()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener);
        var options = new MailOptions(
            "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, null, null, new MailboxAddress("Platform", "platform@example.org"), SecureSocketOptions.None, RetryPolicy.Default, TimeSpan.FromSeconds(10));
        using var message = new MimeMessage([options.From!], [new MailboxAddress("Ann", "ann@example.org")], "Subject", new TextPart("plain") { Text = "Text" });
        var answer = await new MailClient(options, new TenantPerformance(new PerformanceOptions((TimeSpan?)null), TimeProvider.System)).SendAsync("tenantaaaaaa", message, TestContext.Current.CancellationToken);
        (answer.Error, answer.IsFinal).ShouldBe(("The mail server wants a user and password, or TLS.", false));
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.example");
        while (await reader.ReadLineAsync() is { } line && !line.StartsWith("QUIT", StringComparison.Ordinal))
            await writer.WriteLineAsync(line.StartsWith("MAIL", StringComparison.Ordinal) ? "530 5.7.0 ann@example.org: authentication required" : "250 ok");
    }
}
