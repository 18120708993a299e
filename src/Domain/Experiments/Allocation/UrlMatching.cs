using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Addresses of pages in experiments, as GrowthBook's SDKs see them.</summary>
public static class UrlMatching
{
    private const string Wildcard = "_____";

    /// <summary>The number of a variant that the page's address asks for, by a parameter named like the experiment.</summary>
    public static int? Forced(string key, string? url, int variants)
    {
        foreach (var (name, value) in Query(url))
            if (name == key) return LeadingInteger(value) is { } number && number >= 0 && number < variants ? number : null;
        return null;
    }

    /// <summary>On one of the included pages, or without such on any; and on none of the excluded.</summary>
    public static bool IsTargeted(string? url, ImmutableArray<UrlTarget> targets)
    {
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var page)) return false;
        var (hasIncluded, isIncluded) = (false, false);
        foreach (var target in targets)
        {
            var matches = target.IsRegex ? MatchesRegex(page, target.Pattern) : Matches(page, target.Pattern);
            if (!target.IsIncluded && matches) return false;
            hasIncluded |= target.IsIncluded;
            isIncluded |= target.IsIncluded && matches;
        }
        return isIncluded || !hasIncluded;
    }

    /// <summary>The address with what the page's own has of parameters that it lacks.</summary>
    public static string WithQueryOf(string? page, string address)
    {
        var names = Query(address).Select(parameter => parameter.Name).ToHashSet();
        var missing = Query(page).Where(parameter => !names.Contains(parameter.Name)).Select(parameter => $"{parameter.Name}={parameter.Value}").ToArray();
        if (missing.Length == 0) return address;
        var hash = address.IndexOf('#', StringComparison.Ordinal);
        var (before, fragment) = hash < 0 ? (address, "") : (address[..hash], address[hash..]);
        return $"{before}{(before.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', missing)}{fragment}";
    }

    private static IEnumerable<(string Name, string Value)> Query(string? url)
    {
        if (url?.Split('?') is not { Length: > 1 } parts) yield break;
        foreach (var pair in parts[1].Split('#')[0].Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (pair.Split('=', 2) is [var name, var value]) yield return (name, value);
    }

    private static int? LeadingInteger(string text)
    {
        var digits = text.TrimStart().TakeWhile(char.IsAsciiDigit).Take(9).ToArray();
        return digits.Length == 0 ? null : int.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static bool MatchesRegex(Uri page, string pattern) =>
        LinearPattern.Read(pattern, false) is { } regex && page.AbsoluteUri.Length <= LinearPattern.LongestText && (regex.IsMatch(page.AbsoluteUri) || regex.IsMatch(page.PathAndQuery + page.Fragment));

    private static bool Matches(Uri page, string pattern)
    {
        var absolute = pattern.Replace("*", Wildcard, StringComparison.Ordinal);
        if (!absolute.Contains("://", StringComparison.Ordinal)) absolute = absolute.StartsWith('/') ? $"https://{Wildcard}{absolute}" : absolute.Split('/', '?')[0].Contains('.', StringComparison.Ordinal) ? $"https://{absolute}" : $"https://{Wildcard}/{absolute}";
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out var expected)) return false;
        if (!PartMatches(page.Authority, expected.Authority) || !PartMatches(page.AbsolutePath.Trim('/'), expected.AbsolutePath.Trim('/'))) return false;
        if (expected.Fragment.Length > 1 && !PartMatches(page.Fragment, expected.Fragment)) return false;
        var parameters = Query(page.AbsoluteUri).GroupBy(parameter => parameter.Name).ToDictionary(group => group.Key, group => group.First().Value);
        return Query(expected.AbsoluteUri).All(parameter => PartMatches(parameters.GetValueOrDefault(parameter.Name, ""), parameter.Value));
    }

    private static bool PartMatches(string actual, string pattern) =>
        new Regex($@"\A{Regex.Escape(pattern).Replace(Wildcard, ".*", StringComparison.Ordinal)}\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking).IsMatch(actual);
}
