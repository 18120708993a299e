using System.Globalization;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using MimeKit;
using Platform.EventStore;

namespace Platform.Processors.Analytics;

/// <summary>The mail server that an installation sends by.</summary>
/// <param name="Host">Null: it sends no mail.</param>
/// <param name="Port">TCP port.</param>
/// <param name="User">Null: nobody logs in.</param>
/// <param name="Password">The user's.</param>
/// <param name="From">Who the mails are from.</param>
/// <param name="Security">How the connection is kept private.</param>
/// <param name="Retry">When a failed mail is tried again.</param>
/// <param name="Patience">How long a server may take for one mail.</param>
public sealed record MailOptions(string? Host, int Port, string? User, string? Password, MailboxAddress? From, SecureSocketOptions Security, RetryPolicy Retry, TimeSpan Patience)
{
    public bool CanMail => Host is not null;

    /// <summary>
    /// From <c>Mail:Host</c>, <c>Port</c>, <c>User</c>, <c>Password</c>, <c>From</c>, <c>Security</c> (none, starttls or tls), <c>Attempts</c>, <c>FirstRetrySeconds</c>,
    /// <c>PatienceSeconds</c>; by default port 587 with starttls, 8 attempts in most of a day, 30 s.
    /// </summary>
    /// <exception cref="FormatException">A value isn't what it should be.</exception>
    public static MailOptions Of(IConfiguration configuration)
    {
        var (host, from) = (Text("Host"), Text("From"));
        if (host is not null && from is null)
            throw new FormatException("With Mail:Host goes Mail:From, an address.");
        var security = (Text("Security") ?? "starttls") switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" => SecureSocketOptions.StartTls,
            "tls" => SecureSocketOptions.SslOnConnect,
            var other => throw new FormatException($"Mail:Security is none, starttls or tls, not '{other}'."),
        };
        if (security is SecureSocketOptions.None && Text("Password") is not null)
            throw new FormatException("Mail:Password would be sent for everybody to read: Mail:Security has to be starttls or tls.");
        return new(
            host, (int)Number("Port", security is SecureSocketOptions.SslOnConnect ? 465 : 587), Text("User"), Text("Password"), from is null ? null
                : MailboxAddress.TryParse(from, out var mailbox) ? mailbox : throw new FormatException($"Mail:From is an address, not '{from}'."),
            security, new RetryPolicy((int)Number("Attempts", 8), TimeSpan.FromSeconds(Number("FirstRetrySeconds", 30)), 4, TimeSpan.FromHours(6)), TimeSpan.FromSeconds(Number("PatienceSeconds", 30)));

        string? Text(string name) => configuration[$"Mail:{name}"] is { Length: > 0 } text ? text : null;

        double Number(string name, double usual) => Text(name) switch
        {
            null => usual,
            var text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65_536
                ? number
                : throw new FormatException($"Mail:{name} is a number above 0, not '{text}'."),
        };
    }
}
