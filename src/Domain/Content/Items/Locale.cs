using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>
/// A language tag such as <c>en</c>, <c>de-AT</c> or <c>zh-Hant-TW</c>: BCP 47 (RFC 5646) without its private and
/// grandfathered tags; at most 35 characters.
/// </summary>
public static partial class Locale
{
    private const int MaxLength = 35;

    /// <summary>What is wrong with a locale, as a sentence; null when it's fine.</summary>
    public static string? Problem(string? locale) => locale switch
    {
        null or "" => "Is required.",
        { Length: > MaxLength } => $"Must be at most {MaxLength} characters long.",
        _ when !Form().IsMatch(locale) => "Must be a language tag such as en or de-AT, its language in lower case.",
        _ => null,
    };

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\z")]
    private static partial Regex Form();
}
