using System.Text.RegularExpressions;

namespace Platform.Domain.Analytics;

/// <summary>What a site calls its events, their properties and its metrics.</summary>
internal static partial class AnalyticsName
{
    public const string Rule = "Must be a lower-case letter and up to 49 letters, digits and underscores.";

    public static bool IsOne(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
