using System.Net;
using System.Net.Sockets;
using Platform.Domain.Collaboration;
using Platform.Processors.Collaboration;

namespace Platform.Processors.Tests.Collaboration;

/// <summary>No name leads where deliveries may not go, whatever it stood for before.</summary>
public sealed class ReceiverConnectionsTests : IDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("1.1.1.1");

    private readonly TcpListener _local = new(IPAddress.Loopback, 0);

    public ReceiverConnectionsTests() => _local.Start();

    private string Url => $"http://rebinding.example:{((IPEndPoint)_local.LocalEndpoint).Port}/";

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_name_that_stands_for_another_address_when_it_is_connected_to_leads_nowhere()
    {
        var answers = new Queue<IPAddress[]>([[Public], [IPAddress.Loopback]]);
        var receivers = new ReceiverConnections(new WebhookPolicy(AllowHttp: true), (_, _) => Task.FromResult(answers.Dequeue()));
        (await receivers.FindProblemAsync(Url, default)).ShouldBeNull();
        await RefusedAsync(receivers);
    }

    [Fact]
    public async Task One_bad_address_among_good_ones_is_enough()
    {
        foreach (var bad in new[] { "127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:192.168.0.1", "64:ff9b::7f00:1" })
        {
            var receivers = new ReceiverConnections(new WebhookPolicy(AllowHttp: true), (_, _) => Task.FromResult<IPAddress[]>([Public, IPAddress.Parse(bad)]));
            (await receivers.FindProblemAsync(Url, default)).ShouldNotBeNull(bad);
            await RefusedAsync(receivers);
        }
    }

    [Fact]
    public async Task Addresses_in_urls_are_checked_like_names()
    {
        using var http = new HttpClient(new ReceiverConnections(new WebhookPolicy(AllowHttp: true)).CreateHandler());
        foreach (var host in new[] { "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "localhost" })
            (await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(Url.Replace("rebinding.example", host)))).InnerException.ShouldBeOfType<ReceiverRefusedException>(host);
        _local.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_nobody_knows_yet_is_no_problem()
    {
        var receivers = new ReceiverConnections(new WebhookPolicy(AllowHttp: true), (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        (await receivers.FindProblemAsync(Url, default)).ShouldBeNull();
        (await receivers.FindProblemAsync("nonsense", default)).ShouldBeNull();
    }

    private async Task RefusedAsync(ReceiverConnections receivers)
    {
        using var http = new HttpClient(receivers.CreateHandler());
        (await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(Url))).InnerException.ShouldBeOfType<ReceiverRefusedException>();
        _local.Pending().ShouldBeFalse();
    }
}
