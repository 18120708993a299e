using System.Net;
using Platform.Domain.Collaboration;

namespace Platform.Domain.Tests.Collaboration;

public sealed class ReceiverAddressTests
{
    private static readonly WebhookPolicy Public = new(), OnPremises = new(AllowHttp: true, AllowPrivateAddresses: true);

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("223.255.255.254")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450::1")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_addresses_may_be_receivers(string address)
    {
        ReceiverAddress.Problem(IPAddress.Parse(address), Public).ShouldBeNull();
        ReceiverAddress.Problem(IPAddress.Parse(address), OnPremises).ShouldBeNull();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    public void Private_ones_only_where_the_installation_says_so(string address)
    {
        ReceiverAddress.Problem(IPAddress.Parse(address), Public).ShouldNotBeNull();
        ReceiverAddress.Problem(IPAddress.Parse(address), OnPremises).ShouldBeNull();
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::2")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("ff02::1")]
    [InlineData("4000::1")]
    public void Special_ones_never(string address)
    {
        ReceiverAddress.Problem(IPAddress.Parse(address), Public).ShouldNotBeNull();
        ReceiverAddress.Problem(IPAddress.Parse(address), OnPremises).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("https://hooks.example.org", null)]
    [InlineData("https://hooks.example.org:8443/a?b=c", null)]
    [InlineData("https://xn--bcher-kva.example/in", null)]
    [InlineData("https://1.1.1.1/", null)]
    [InlineData("https://[2606:4700:4700::1111]/", null)]
    [InlineData("http://hooks.example.org", "Must be an https URL.")]
    [InlineData("ftp://hooks.example.org", "Must be an https URL.")]
    [InlineData("file:///etc/passwd", "Must be an")]
    [InlineData("hooks.example.org", "Must be an absolute URL")]
    [InlineData("/in", "Must be an")]
    [InlineData("https:///in", "Must be an absolute URL")]
    [InlineData("https://user:password@hooks.example.org", "Must hold no user name or password.")]
    [InlineData("https://@hooks.example.org", "Must hold no user name or password.")]
    [InlineData("https://hooks.example.org\\@127.0.0.1/", "Must be an absolute URL")]
    [InlineData("https://hooks.example.org/a b", "Must be an absolute URL")]
    [InlineData("https://hooks.example.org/#part", "Must have no fragment (#).")]
    [InlineData("https://hooks.example.org:22/", "Must have port 443, or one from 1024 on.")]
    [InlineData("https://hooks.example.org:80/", "Must have port 443, or one from 1024 on.")]
    [InlineData("https://localhost/", "Must be reachable from the public internet.")]
    [InlineData("https://LOCALHOST./", "Must be reachable from the public internet.")]
    [InlineData("https://a.localhost/", "Must be reachable from the public internet.")]
    [InlineData("https://metadata.google.internal/", "Must be reachable from the public internet.")]
    [InlineData("https://postgres/", "Must be reachable from the public internet.")]
    [InlineData("https://127.0.0.1/", "Must be reachable from the public internet:")]
    [InlineData("https://2130706433/", "Must be reachable from the public internet:")]
    [InlineData("https://0x7f.1/", "Must be reachable from the public internet:")]
    [InlineData("https://017700000001/", "Must be reachable from the public internet:")]
    [InlineData("https://127.1/", "Must be reachable from the public internet:")]
    [InlineData("https://[::1]/", "Must be reachable from the public internet:")]
    [InlineData("https://[::ffff:7f00:1]/", "Must be reachable from the public internet:")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "Must be reachable from the public internet:")]
    [InlineData("https://１２７.0.0.1/", "Must have a host in ASCII")]
    [InlineData("https://bücher.example/in", "Must have a host in ASCII")]
    public void A_url_is_checked_by_its_form(string url, string? problem)
    {
        if (problem is null)
            WebhookUrl.Problem(url, Public).ShouldBeNull();
        else
            WebhookUrl.Problem(url, Public).ShouldNotBeNull(url).ShouldStartWith(problem);
    }

    [Fact]
    public void A_url_is_not_too_long()
    {
        WebhookUrl.Problem("https://a.example/" + new string('x', 2_030), Public).ShouldBeNull();
        WebhookUrl.Problem("https://a.example/" + new string('x', 2_031), Public).ShouldBe("Must be at most 2048 characters long.");
        WebhookUrl.Problem(null, Public).ShouldBe("Is required.");
    }

    [Fact]
    public void An_installation_on_premises_may_use_its_own_network()
    {
        WebhookUrl.Problem("http://127.0.0.1:5000/in", OnPremises).ShouldBeNull();
        WebhookUrl.Problem("http://search/in", OnPremises).ShouldBeNull();
        WebhookUrl.Problem("http://169.254.169.254/", OnPremises).ShouldNotBeNull();
    }
}
