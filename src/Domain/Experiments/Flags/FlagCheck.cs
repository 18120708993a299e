using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What flags may be.</summary>
internal static partial class FlagCheck
{
    public const int LongestName = 100, LongestDescription = 1_000, MostRules = 100, MostVariants = 20, MostNeeds = 10, LargestValue = 10_000, LargestFlag = 65_536;
    private const double WeightTolerance = 0.0001;

    /// <summary>Keys, in answers and code.</summary>
    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}\z")]
    public static partial Regex Key();

    public static FieldErrors Of(string name, FlagContent content)
    {
        var errors = new FieldErrors()
            .Add("name", name.Length is 0 or > LongestName ? $"Must be 1 to {LongestName} characters long." : name.Any(char.IsControl) ? "Must hold no control characters." : null)
            .Add("description", content.Description is { Length: > LongestDescription } ? $"Must be at most {LongestDescription} characters long." : null)
            .Add("kind", FlagContent.Kinds.Contains(content.Kind) ? null : $"Must be one of {string.Join(", ", FlagContent.Kinds)}.")
            .Add("default", Value(content.Kind, content.Default))
            .Add("rules", content.Rules.Length > MostRules ? $"Must be at most {MostRules} rules." : null);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (rule, n) in content.Rules.Take(MostRules).Select((rule, n) => (rule, n))) errors.Add(Rule($"rules[{n}]", rule, content.Kind, names));
        // Every node has all flags of a tenant in memory.
        return errors.Rejection is not null ? errors
            : errors.Add("rules", JsonSerializer.SerializeToUtf8Bytes(content, ExperimentsJson.Default.FlagContent).Length > LargestFlag ? $"Must be, with all of the flag, at most {LargestFlag} bytes of JSON." : null);
    }

    private static FieldErrors Rule(string path, FlagRuleContent rule, string kind, HashSet<string> names)
    {
        var errors = new FieldErrors()
            .Add($"{path}.name", !Key().IsMatch(rule.Name) ? "Must be 1 to 100 letters, digits, dots, hyphens and underscores." : names.Add(rule.Name) ? null : "Must be unique in the flag.")
            .Add($"{path}.percent", rule.Percent is null or >= 0 and <= 100 ? null : "Must be 0 to 100.")
            .Add($"{path}.until", rule.Until <= rule.From ? "Must be after from." : null)
            .Add($"{path}.value", rule.Value is { } value ? rule.Variants is null ? Value(kind, value) : "Must not be there beside variants." : rule.Variants is null ? "Must be there, unless there are variants." : null)
            .Add($"{path}.needs", rule.Needs is { Length: > MostNeeds } ? $"Must be at most {MostNeeds}." : null);
        if (rule.Variants is not { } variants) return errors;
        var sum = variants.Sum(variant => variant.Weight);
        errors.Add($"{path}.variants", variants.Length is < 2 or > MostVariants ? $"Must be 2 to {MostVariants} variants."
            : variants.DistinctBy(variant => variant.Key, StringComparer.Ordinal).Count() < variants.Length ? "Must have a key each of their own."
            : !(Math.Abs(sum - 1) <= WeightTolerance) ? FormattableString.Invariant($"Must have weights that sum to 1; they sum to {sum:R}.") : null);
        foreach (var (variant, n) in variants.Take(MostVariants).Select((variant, n) => (variant, n)))
            errors
                .Add($"{path}.variants[{n}].key", Key().IsMatch(variant.Key) ? null : "Must be 1 to 100 letters, digits, dots, hyphens and underscores.")
                .Add($"{path}.variants[{n}].weight", variant.Weight is >= 0 and <= 1 ? null : "Must be 0 to 1.")
                .Add($"{path}.variants[{n}].value", Value(kind, variant.Value));
        return errors;
    }

    private static string? Value(string kind, AttributeValue value) => (kind, value.Kind) switch
    {
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => null,
        ("text", JsonValueKind.String) => value.Text!.Length > LargestValue ? $"Must be at most {LargestValue} characters long." : null,
        ("json", JsonValueKind.Object or JsonValueKind.Array) => JsonSerializer.SerializeToUtf8Bytes(value, ExperimentsJson.Default.AttributeValue).Length > LargestValue ? $"Must be at most {LargestValue} bytes of JSON." : null,
        ("json", _) => "Must be an object or an array.",
        _ => $"Must be a {kind}.",
    };
}
