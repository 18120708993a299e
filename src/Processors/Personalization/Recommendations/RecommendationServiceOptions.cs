using Microsoft.Extensions.Configuration;
using Platform.Domain.Collaboration;

namespace Platform.Processors.Personalization;

/// <summary>Where recommendation services may be.</summary>
/// <param name="Policy">Which addresses.</param>
public sealed record RecommendationServiceOptions(WebhookPolicy Policy)
{
    /// <param name="configuration"><c>Recommendations:AllowHttp</c>, to this machine alone, and <c>Recommendations:AllowPrivateAddresses</c>, true or false.</param>
    /// <param name="isDevelopment">What holds where nothing is said.</param>
    /// <exception cref="InvalidOperationException">A setting is neither true nor false.</exception>
    public static RecommendationServiceOptions Of(IConfiguration configuration, bool isDevelopment)
    {
        return new(new WebhookPolicy(Flag("AllowHttp"), Flag("AllowPrivateAddresses")));

        bool Flag(string name) => configuration[$"Recommendations:{name}"] switch
        {
            null or "" => isDevelopment,
            var text => bool.TryParse(text, out var flag) ? flag : throw new InvalidOperationException($"Recommendations__{name} is true or false, not '{text}'."),
        };
    }

    /// <summary>What is wrong with a service's address, as a sentence; null: nothing, as far as can be told without asking for addresses.</summary>
    public string? Problem(string? url) =>
        WebhookUrl.Problem(url, Policy) ?? (new Uri(url!) is { Scheme: "http", IsLoopback: false } ? "Must be an https URL; plain http is for this machine alone." : null);
}
