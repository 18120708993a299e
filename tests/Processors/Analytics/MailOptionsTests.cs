using MailKit.Security;
using Microsoft.Extensions.Configuration;
using Platform.Processors.Analytics;

namespace Platform.Processors.Tests.Analytics;

public sealed class MailOptionsTests
{
    [Fact]
    public void Without_a_host_nothing_is_mailed() => Of().CanMail.ShouldBeFalse();

    [Theory]
    [InlineData(null, 587, SecureSocketOptions.StartTls)]
    [InlineData("starttls", 587, SecureSocketOptions.StartTls)]
    [InlineData("tls", 465, SecureSocketOptions.SslOnConnect)]
    [InlineData("none", 587, SecureSocketOptions.None)]
    public void The_port_goes_with_the_security(string? security, int port, SecureSocketOptions expected)
    {
        var options = Of(("Host", "mail.example.org"), ("From", "Reports <reports@example.org>"), ("Security", security));
        (options.CanMail, options.Port, options.Security, options.From!.Address).ShouldBe((true, port, expected, "reports@example.org"));
    }

    [Theory]
    [InlineData("From", null, "Mail:From")]
    [InlineData("From", "nobody at all <", "Mail:From")]
    [InlineData("Security", "ssl", "Mail:Security")]
    [InlineData("Port", "-1", "Mail:Port")]
    [InlineData("Port", "65536", "Mail:Port")]
    [InlineData("PatienceSeconds", "soon", "Mail:PatienceSeconds")]
    public void What_is_wrong_is_named(string name, string? value, string told) =>
        Should.Throw<FormatException>(() => Of(("Host", "mail.example.org"), ("From", "reports@example.org"), (name, value))).Message.ShouldContain(told);

    [Fact]
    public void A_password_is_never_sent_for_everybody_to_read() =>
        Should.Throw<FormatException>(() => Of(("Host", "mail.example.org"), ("From", "reports@example.org"), ("Security", "none"), ("Password", "secret"))).Message.ShouldNotContain("secret");

    private static MailOptions Of(params IEnumerable<(string Name, string? Value)> settings)
    {
        var all = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
            all[$"Mail:{name}"] = value;
        return MailOptions.Of(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
    }
}
