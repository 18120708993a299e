using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Domain.Sites;

/// <summary>A rule that a key may put on its values.</summary>
/// <param name="Types">The types that it fits.</param>
/// <param name="ArgumentProblem">What is wrong with the rule's argument; null when it's fine.</param>
/// <param name="ValueProblem">What is wrong with a value of a fitting type, given the argument.</param>
public sealed record ConfigurationRule(ImmutableArray<string> Types, Func<JsonElement, string?> ArgumentProblem, Func<JsonElement, JsonElement, string?> ValueProblem)
{
    private const int LongestPattern = 200, MostChoices = 200, LongestShown = 500;

    // Without backtracking time is linear in the text; this bounds what a large automaton costs a character.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <summary>By name. Lengths count Unicode scalar values. Of a list, <c>pattern</c> and <c>allowed</c> are for each item.</summary>
    public static FrozenDictionary<string, ConfigurationRule> All { get; } = new Dictionary<string, ConfigurationRule>
    {
        ["min"] = new([ConfigurationType.Number, ConfigurationType.Integer], Number, (limit, value) => value.GetDouble() >= limit.GetDouble() ? null : $"Must be at least {limit}."),
        ["max"] = new([ConfigurationType.Number, ConfigurationType.Integer], Number, (limit, value) => value.GetDouble() <= limit.GetDouble() ? null : $"Must be at most {limit}."),
        ["minLength"] = new([ConfigurationType.Text], Count, (limit, value) => Length(value) >= limit.GetInt32() ? null : $"Must be at least {limit} characters long."),
        ["maxLength"] = new([ConfigurationType.Text], Count, (limit, value) => Length(value) <= limit.GetInt32() ? null : $"Must be at most {limit} characters long."),
        ["minItems"] = new([ConfigurationType.TextList], Count, (limit, value) => value.GetArrayLength() >= limit.GetInt32() ? null : $"Must have at least {limit} items."),
        ["maxItems"] = new([ConfigurationType.TextList], Count, (limit, value) => value.GetArrayLength() <= limit.GetInt32() ? null : $"Must have at most {limit} items."),
        ["pattern"] = new([ConfigurationType.Text, ConfigurationType.TextList], Pattern, (pattern, value) => Texts(value).All(text => Matches(text, pattern.GetString()!)) ? null : $"Must match {pattern}."),
        ["allowed"] = new([ConfigurationType.Choice, ConfigurationType.TextList], Choices,
            (choices, value) => Texts(value).All(Texts(choices).Contains) ? null : $"Must be one of {Shown(choices)}."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is wrong with a rule on a key of this type.</summary>
    internal static string? Problem(string type, string name, JsonElement argument) => All.GetValueOrDefault(name) switch
    {
        null => $"There is no such rule; one of {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}.",
        { } rule when !rule.Types.Contains(type) => $"Isn't for {type}.",
        { } rule => rule.ArgumentProblem(argument),
    };

    private static string? Number(JsonElement argument) => argument.ValueKind is JsonValueKind.Number && double.IsFinite(argument.GetDouble()) ? null : "Must be a number.";

    private static string? Count(JsonElement argument) =>
        argument.ValueKind is JsonValueKind.Number && argument.TryGetInt32(out var count) && count >= 0 ? null : "Must be a whole number of at least 0.";

    private static string? Choices(JsonElement argument) =>
        argument.ValueKind is JsonValueKind.Array && argument.GetArrayLength() is > 0 and <= MostChoices && argument.EnumerateArray().All(choice => choice.ValueKind is JsonValueKind.String)
        && Texts(argument).Distinct(StringComparer.Ordinal).Count() == argument.GetArrayLength()
            ? null : $"Must be a list of 1 to {MostChoices} different texts.";

    private static string? Pattern(JsonElement argument)
    {
        if (argument.ValueKind is not JsonValueKind.String || argument.GetString() is not { Length: > 0 and <= LongestPattern } pattern)
            return $"Must be a regular expression of 1 to {LongestPattern} characters.";
        try
        {
            Matches("", pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return "Must be a regular expression without look-around, back-references or large counts.";
        }
    }

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Bound);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().Select(item => item.GetString()!) : [value.GetString()!];

    private static string Shown(JsonElement choices) => string.Join(", ", Texts(choices)) is { Length: > LongestShown } all ? $"{all.AsSpan(0, LongestShown)}..." : string.Join(", ", Texts(choices));

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();
}
