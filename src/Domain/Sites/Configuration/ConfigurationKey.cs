using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Domain.Sites;

/// <summary>Something that can be configured.</summary>
/// <param name="Name">Lower case, dotted: <c>seo.title-suffix</c>.</param>
/// <param name="Type">One of <see cref="ConfigurationType.All"/>.</param>
/// <param name="Rules">See <see cref="ConfigurationRule"/>.</param>
/// <param name="Default">What holds where no level says anything.</param>
/// <param name="Description">For people.</param>
public sealed partial record ConfigurationKey(string Name, string Type, Fields Rules, JsonElement Default, string Description)
{
    private const int LongestName = 100, LongestDescription = 1_000, MostBytes = 16 * 1024;

    /// <summary>The stream of a tenant's own key.</summary>
    public static Guid IdOf(string name) => DerivedId.From("sites.configuration-key", name);

    /// <summary>What is wrong with a value, as a sentence; null when it's fine.</summary>
    public string? Problem(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null ? "Must have a value; reset takes it back to the inherited one."
        : JsonSerializer.SerializeToUtf8Bytes(value, SitesJson.Default.JsonElement).Length > MostBytes ? $"A value takes at most {MostBytes / 1024} KiB."
        : ConfigurationType.Problem(Type, value) ?? Rules.Values
            .Select(rule => ConfigurationRule.All.GetValueOrDefault(rule.Key) is { } known && known.ValueProblem(rule.Value, value) is { } problem ? $"{problem} (rule {rule.Key})" : null)
            .FirstOrDefault(problem => problem is not null);

    /// <summary>What is wrong with a key that a tenant declares.</summary>
    internal FieldErrors Check()
    {
        var errors = new FieldErrors()
            .Add("key", Name.Length > LongestName ? $"Must be at most {LongestName} characters long."
                : !KeyName().IsMatch(Name) ? "Must be lower-case words of letters, digits and hyphens, two at least, joined by dots."
                : PlatformKeys.Owns(Name) ? $"What begins with '{Name[..Name.IndexOf('.', StringComparison.Ordinal)]}.' is the platform's."
                : null)
            .Add("type", ConfigurationType.All.Contains(Type) ? null : $"One of {string.Join(", ", ConfigurationType.All)}.")
            .Add("description", DisplayName.Problem(Description, LongestDescription));
        foreach (var (name, argument) in Rules.Values)
            errors.Add($"rules.{name}", ConfigurationRule.Problem(Type, name, argument));
        if (Type == ConfigurationType.Choice && Rules.Find("allowed") is null)
            errors.Add("rules.allowed", "Is required.");
        // A rule that can't be read can't be held against a value.
        return errors.Rejection is null ? errors.Add("default", Problem(Default)) : errors;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\z")]
    private static partial Regex KeyName();
}

/// <summary>What kinds of values there are.</summary>
public static class ConfigurationType
{
    public const string Text = "text";
    public const string Number = "number";
    public const string Integer = "integer";
    public const string Boolean = "boolean";
    public const string TextList = "list";
    public const string Choice = "enum";
    public const string Json = "json";

    private const int MostItems = 200, MostLevels = 16;

    public static ImmutableArray<string> All { get; } = [Text, Number, Integer, Boolean, TextList, Choice, Json];

    internal static string? Problem(string type, JsonElement value) => type switch
    {
        Text or Choice => value.ValueKind is JsonValueKind.String ? null : "Must be a text.",
        Number => value.ValueKind is JsonValueKind.Number ? null : "Must be a number.",
        Integer => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _) ? null : "Must be a whole number.",
        Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false.",
        TextList => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= MostItems && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
            ? null : $"Must be a list of at most {MostItems} texts.",
        Json => Levels(value) <= MostLevels ? null : $"Nests at most {MostLevels} deep.",
        _ => null,
    };

    private static int Levels(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => Levels(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(Levels).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
