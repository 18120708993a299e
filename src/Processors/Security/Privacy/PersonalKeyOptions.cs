using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Platform.Processors.Security;

/// <summary>How an installation goes about the keys of data subjects.</summary>
/// <param name="AbandonedAfter">A key under which nothing was sealed in so long is given up.</param>
public sealed record PersonalKeyOptions(TimeSpan AbandonedAfter)
{
    /// <summary>From <c>Personal:AbandonedAfterHours</c>; by default a day.</summary>
    /// <exception cref="FormatException">It's no number above 0.</exception>
    public static PersonalKeyOptions Of(IConfiguration configuration) => new(TimeSpan.FromHours(configuration["Personal:AbandonedAfterHours"] switch
    {
        null or "" => 24,
        var text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and < 1e6
            ? hours
            : throw new FormatException($"Personal:AbandonedAfterHours is a number above 0, not '{text}'."),
    }));
}
