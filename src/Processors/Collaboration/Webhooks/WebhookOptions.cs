using System.Globalization;
using Microsoft.Extensions.Configuration;
using Platform.Domain.Collaboration;
using Platform.EventStore;

namespace Platform.Processors.Collaboration;

/// <summary>How an installation delivers to webhooks.</summary>
/// <param name="Policy">Where deliveries may go.</param>
/// <param name="Retry">When a failed delivery is tried again.</param>
/// <param name="DisableAfter">A webhook that nothing was delivered to for so long, though it was tried, is disabled.</param>
public sealed record WebhookOptions(WebhookPolicy Policy, RetryPolicy Retry, TimeSpan DisableAfter)
{
    /// <summary>
    /// From <c>Webhooks:AllowHttp</c>, <c>Webhooks:AllowPrivateAddresses</c> (true or false), <c>Webhooks:Attempts</c>, <c>Webhooks:FirstRetrySeconds</c>,
    /// <c>Webhooks:DisableAfterHours</c>; by default https to public addresses, 12 attempts in most of a day, five days.
    /// </summary>
    /// <exception cref="FormatException">A value isn't what it should be.</exception>
    public static WebhookOptions Of(IConfiguration configuration) => new(
        new WebhookPolicy(Flag(configuration, "AllowHttp"), Flag(configuration, "AllowPrivateAddresses")),
        RetryPolicy.Default with
        {
            Attempts = (int)Number(configuration, "Attempts", RetryPolicy.Default.Attempts),
            First = TimeSpan.FromSeconds(Number(configuration, "FirstRetrySeconds", RetryPolicy.Default.First.TotalSeconds)),
        },
        TimeSpan.FromHours(Number(configuration, "DisableAfterHours", 120)));

    private static bool Flag(IConfiguration configuration, string name) => configuration[$"Webhooks:{name}"] switch
    {
        null or "" => false,
        var text => bool.TryParse(text, out var flag) ? flag : throw new FormatException($"Webhooks:{name} is true or false, not '{text}'."),
    };

    private static double Number(IConfiguration configuration, string name, double usual) => configuration[$"Webhooks:{name}"] switch
    {
        null or "" => usual,
        var text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e6
            ? number
            : throw new FormatException($"Webhooks:{name} is a number above 0, not '{text}'."),
    };
}
