using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Domain.Personalization;

/// <summary>What rules may be.</summary>
internal static partial class RuleCheck
{
    private const int LongestName = 100, LongestDescription = 1_000, MostPages = 20, LongestPath = 500, MostActions = 20, FarthestPriority = 1_000, LargestValue = 4_096, LargestRule = 32_768;
    private const string NotOfKind = "Doesn't belong to actions of this kind.";

    /// <summary>Keys of rules, names of slots and attributes.</summary>
    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}\z")]
    public static partial Regex Key();

    public static FieldErrors Of(string name, RuleContent content)
    {
        var errors = new FieldErrors()
            .Add("name", name.Length is 0 or > LongestName ? $"Must be 1 to {LongestName} characters long." : name.Any(char.IsControl) ? "Must hold no control characters." : null)
            .Add("description", content.Description is { Length: > LongestDescription } ? $"Must be at most {LongestDescription} characters long." : null)
            .Add("priority", content.Priority is >= -FarthestPriority and <= FarthestPriority ? null : $"Must be -{FarthestPriority} to {FarthestPriority}.")
            .Add("until", content.Until <= content.From ? "Must be after from." : null)
            .Add(Pages("pages", content.Pages));
        errors.Add(Actions("actions", content.Actions));
        // Every node has all rules of a tenant in memory.
        return errors.Rejection is not null ? errors
            : errors.Add("condition", JsonSerializer.SerializeToUtf8Bytes(content, PersonalizationJson.Default.RuleContent).Length > LargestRule ? $"Must be, with all of the rule, at most {LargestRule} bytes of JSON." : null);
    }

    /// <summary>Of pages where something counts.</summary>
    public static FieldErrors Pages(string path, ImmutableArray<string> pages)
    {
        var errors = new FieldErrors().Add(path, pages.Length > MostPages ? $"Must be at most {MostPages}." : null);
        foreach (var (n, page) in pages.Take(MostPages).Index()) errors.Add($"{path}[{n}]", Path(page.EndsWith('*') ? page[..^1] : page));
        return errors;
    }

    /// <summary>Of what is done on pages.</summary>
    public static FieldErrors Actions(string path, ImmutableArray<RuleAction> actions)
    {
        var (errors, targets) = (new FieldErrors().Add(path, actions.Length > MostActions ? $"Must be at most {MostActions}." : null), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (n, action) in actions.Take(MostActions).Index()) errors.Add(Action($"{path}[{n}]", action, targets));
        return errors;
    }

    private static FieldErrors Action(string path, RuleAction action, HashSet<string> targets)
    {
        if (!RuleAction.Kinds.Contains(action.Kind)) return new FieldErrors().Add($"{path}.kind", $"Must be one of {string.Join(", ", RuleAction.Kinds)}.");
        var (named, shows) = (action.Kind is RuleAction.Slot or RuleAction.Recommend or RuleAction.Attribute, action.Kind is RuleAction.Slot or RuleAction.Variant);
        var (replaces, recommends) = (action.Kind == RuleAction.Variant, action.Kind == RuleAction.Recommend);
        return new FieldErrors()
            .Add($"{path}.name", Belongs(action.Name is not null, named) ?? (named && !Key().IsMatch(action.Name!) ? "Must be 1 to 100 letters, digits, dots, hyphens and underscores." : null))
            .Add($"{path}.itemId", Belongs(action.ItemId is not null, shows))
            .Add($"{path}.of", Belongs(action.Of is not null, replaces) ?? (replaces && action.Of == action.ItemId ? "Must be another item than what is shown." : null))
            .Add($"{path}.to", Belongs(action.To is not null, action.Kind == RuleAction.Redirect) ?? (action.To is { } to ? Path(to) : null))
            .Add($"{path}.value", Belongs(action.Value is not null, action.Kind == RuleAction.Attribute)
                ?? (action.Value is { } value && JsonSerializer.SerializeToUtf8Bytes(value, PersonalizationJson.Default.AttributeValue).Length > LargestValue ? $"Must be at most {LargestValue} bytes of JSON." : null))
            .Add($"{path}.count", action.Count is not { } count ? null
                : !recommends ? NotOfKind : count is >= 1 and <= RuleAction.MostCount ? null : $"Must be 1 to {RuleAction.MostCount}.")
            .Add($"{path}.model", action.Model is not { } model ? null
                : !recommends ? NotOfKind : RecommendationModels.Names.Contains(model) ? null : $"Must be one of {string.Join(", ", RecommendationModels.Names)}.")
            .Add(path, targets.Add(action.Target()) ? null : "Another action does the same.");
    }

    private static string? Belongs(bool isThere, bool belongs) => isThere == belongs ? null : belongs ? "Is required." : NotOfKind;

    // A path alone: what begins with two slashes, or has a backslash, browsers take for another host.
    private static string? Path(string path) =>
        path.Length > LongestPath ? $"Must be at most {LongestPath} characters long."
        : !path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\' or '*' or '?' or '#') ? "Must be a path: a slash first, not two, and none of \\ * ? # and spaces."
        : null;
}
