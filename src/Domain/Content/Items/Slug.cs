using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>
/// An item's path below its site and locale, such as <c>news/first-light</c>: segments of lower-case ASCII letters and digits, joined
/// by single hyphens, and a slash between segments; at most 200 characters.
/// </summary>
public static partial class Slug
{
    private const int MaxLength = 200;

    /// <summary>What is wrong with a slug, as a sentence; null when it's fine.</summary>
    public static string? Problem(string? slug) => slug switch
    {
        null or "" => "Is required.",
        { Length: > MaxLength } => $"Must be at most {MaxLength} characters long.",
        _ when !Form().IsMatch(slug) => "Must be lower-case letters and digits, with single hyphens within and slashes between segments.",
        _ => null,
    };

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*\z")]
    private static partial Regex Form();
}
