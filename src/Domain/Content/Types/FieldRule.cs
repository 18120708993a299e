using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>A rule that a content type may put on a field.</summary>
/// <param name="Name">As on the wire.</param>
/// <param name="Types">The field types that it fits.</param>
/// <param name="DefinitionProblem">What is wrong with the rule's argument; null when it's fine.</param>
/// <param name="ValueProblem">What is wrong with a value, given the rule's argument and a value of a fitting type.</param>
public sealed record FieldRule(
    string Name,
    ImmutableArray<string> Types,
    Func<JsonElement, string?> DefinitionProblem,
    Func<JsonElement, JsonElement, string?> ValueProblem)
{
    /// <summary>The rule that no two items of the type have the same value; reservations hold it, see <see cref="ItemClaims"/>.</summary>
    internal const string Unique = "unique";

    /// <summary>The rule which types the items referred to may have; held where their states are known, see <see cref="ItemReferences"/>.</summary>
    internal const string Targets = "targets";

    private const int MaxChoices = 200;
    private const int MaxUniqueLength = 1024;
    private const int MaxShown = 500;

    /// <summary>By name. Lengths count Unicode scalar values, as a reader counts characters, not bytes or UTF-16 units.</summary>
    public static FrozenDictionary<string, FieldRule> All { get; } = new FieldRule[]
    {
        new("minLength", [FieldType.Text, FieldType.Markdown], Count,
            (limit, value) => Length(value) >= limit.GetInt32() ? null : $"Must be at least {limit} characters long."),
        new("maxLength", [FieldType.Text, FieldType.Markdown], Count,
            (limit, value) => Length(value) <= limit.GetInt32() ? null : $"Must be at most {limit} characters long."),
        new("pattern", [FieldType.Text, FieldType.Markdown], FieldPattern.Problem, FieldPattern.Mismatch),
        new("oneOf", [FieldType.Text], Choices,
            (choices, value) => Texts(choices).Contains(value.GetString()) ? null : $"Must be one of {Shown(choices)}."),
        new("min", [FieldType.Number], Number,
            (limit, value) => value.GetDouble() >= limit.GetDouble() ? null : $"Must be at least {limit}."),
        new("max", [FieldType.Number], Number,
            (limit, value) => value.GetDouble() <= limit.GetDouble() ? null : $"Must be at most {limit}."),
        new("integer", [FieldType.Number], Flag,
            (wanted, value) => !wanted.GetBoolean() || double.IsInteger(value.GetDouble()) ? null : "Must be a whole number."),
        new(Unique, [FieldType.Text, FieldType.Number, FieldType.Date, FieldType.DateTime, FieldType.Reference], Flag,
            (wanted, value) => wanted.GetBoolean() && value.ValueKind is JsonValueKind.String && Length(value) > MaxUniqueLength
                ? $"Must be at most {MaxUniqueLength} characters long to be unique."
                : null),
        new(Targets, [FieldType.Reference], Choices, (_, _) => null),
    }.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);

    private static string? Count(JsonElement limit) => limit.IsCount() ? null : "Must be a whole number of at least 0.";

    private static string? Number(JsonElement limit) => limit.IsDouble() ? null : "Must be a number within double precision.";

    private static string? Flag(JsonElement wanted) =>
        wanted.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false.";

    private static string? Choices(JsonElement choices) =>
        choices.ValueKind is JsonValueKind.Array
        && choices.GetArrayLength() is > 0 and <= MaxChoices
        && choices.EnumerateArray().All(choice => choice.ValueKind is JsonValueKind.String)
        && Texts(choices).Distinct().Count() == choices.GetArrayLength()
            ? null
            : $"Must be a list of 1 to {MaxChoices} different texts.";

    private static IEnumerable<string?> Texts(JsonElement choices) => choices.EnumerateArray().Select(choice => choice.GetString());

    // Said of each element of a list, so not at whatever length the choices have.
    internal static string Shown(JsonElement choices)
    {
        var all = string.Join(", ", Texts(choices));
        return all.Length <= MaxShown ? all : $"{all.AsSpan(0, MaxShown)}...";
    }

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();
}
