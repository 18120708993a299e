using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Platform.Processors.Monitoring;

/// <summary>Whether it's written down how long was taken for tenants.</summary>
/// <param name="Every">How often; a part of a quarter of an hour. Null: it isn't.</param>
public sealed record PerformanceOptions(TimeSpan? Every)
{
    private const string Minutes = "Performance:Minutes";

    /// <exception cref="InvalidOperationException">The setting can't be used.</exception>
    public static PerformanceOptions Of(IConfiguration configuration) => configuration[Minutes] switch
    {
        null or "" => new(TimeSpan.FromMinutes(15)),
        "0" => new((TimeSpan?)null),
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes is 1 or 3 or 5 or 15
            ? new(TimeSpan.FromMinutes(minutes))
            : throw new InvalidOperationException($"{Minutes} is {text}: 1, 3, 5 or 15 is needed, or 0 for nothing being written."),
    };
}
