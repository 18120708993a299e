using System.Globalization;

namespace Platform.Api.Http;

/// <summary>
/// Rates that this node allows: <c>RateLimits:Read:PerSecond</c> and <c>:Burst</c>, the same of <c>Write</c>, <c>Expensive</c>, <c>Anonymous</c> and <c>Tenant</c>; <c>RateLimits:Enabled</c>;
/// <c>RateLimits:Nodes</c>, the number of nodes that share a tenant's requests.
/// </summary>
/// <param name="IsEnabled">Requests are counted.</param>
/// <param name="Classes">Of one client in a tenant; of the anonymous, of one network address.</param>
/// <param name="Tenant">Of all of a tenant, where its quota names none.</param>
/// <param name="Nodes">A tenant's quota of requests is divided by it.</param>
/// <param name="Together">Requests that are worked on at once.</param>
/// <param name="EachTenant">Of one tenant, while there are others.</param>
/// <param name="Waiting">Requests of a tenant that wait at most.</param>
public sealed record RateOptions(bool IsEnabled, IReadOnlyDictionary<RateClass, Rate> Classes, Rate Tenant, int Nodes, int Together, int EachTenant, int Waiting)
{
    private const double MostPerSecond = 1_000_000;

    /// <exception cref="InvalidOperationException">A setting can't be understood.</exception>
    public static RateOptions Of(IConfiguration configuration)
    {
        var section = configuration.GetSection("RateLimits");
        var fairness = configuration.GetSection("Fairness");
        return new RateOptions(
            section["Enabled"] is not { Length: > 0 } enabled || (bool.TryParse(enabled, out var isEnabled) ? isEnabled : throw Wrong(section, "Enabled", "true or false")),
            new Dictionary<RateClass, Rate>
            {
                [RateClass.Anonymous] = RateOf(section, "Anonymous", 200, 2_000),
                [RateClass.Read] = RateOf(section, "Read", 1_000, 2_000),
                [RateClass.Write] = RateOf(section, "Write", 1_000, 2_000),
                [RateClass.Expensive] = RateOf(section, "Expensive", 50, 200),
            },
            RateOf(section, "Tenant", 5_000, 10_000),
            (int)Number(section, "Nodes", 1, 1, 1_000),
            (int)Number(fairness, "Together", 64, 1, 10_000),
            (int)Number(fairness, "EachTenant", Math.Max(2, Environment.ProcessorCount), 1, 10_000),
            (int)Number(fairness, "Waiting", 256, 0, 100_000));
    }

    private static Rate RateOf(IConfigurationSection section, string name, double perSecond, double burst)
    {
        var rate = Number(section, $"{name}:PerSecond", perSecond, 0.001, MostPerSecond);
        return new Rate(rate, (long)Number(section, $"{name}:Burst", section[$"{name}:PerSecond"] is null ? burst : Math.Max(1, 2 * rate), 1, 10 * MostPerSecond));
    }

    private static double Number(IConfigurationSection section, string name, double otherwise, double least, double most) => section[name] switch
    {
        null or "" => otherwise,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw Wrong(section, name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}")),
    };

    private static InvalidOperationException Wrong(IConfigurationSection section, string name, string rule) => new($"Setting {section.Path}:{name} must be {rule}.");
}
