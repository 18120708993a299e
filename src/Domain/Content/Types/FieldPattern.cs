using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>
/// The <c>pattern</c> rule: a .NET regular expression found anywhere in the text (<c>^</c> and <c>\z</c> anchor it).
/// Patterns come from tenants, so they run without backtracking, in time linear in the text, and within a bound.
/// </summary>
internal static class FieldPattern
{
    private const int MaxLength = 200;

    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(250);

    public static string? Problem(JsonElement pattern)
    {
        if (pattern.ValueKind is not JsonValueKind.String) return "Must be a regular expression.";
        if (pattern.GetString()!.Length > MaxLength) return $"Must be at most {MaxLength} characters long.";
        try
        {
            IsMatch(pattern, "");
            return null;
        }
        catch (ArgumentException)
        {
            return "Isn't a regular expression.";
        }
        catch (NotSupportedException)
        {
            return "Back references, look-around, atomic groups and very large counts aren't supported.";
        }
    }

    public static string? Mismatch(JsonElement pattern, JsonElement value)
    {
        try
        {
            return IsMatch(pattern, value.GetString()!) ? null : $"Must match the pattern {pattern}.";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"Takes too long to match against the pattern {pattern}.";
        }
    }

    // The static method keeps the last patterns compiled: a list of many values compiles its pattern once.
    private static bool IsMatch(JsonElement pattern, string text) =>
        Regex.IsMatch(text, pattern.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Bound);
}
