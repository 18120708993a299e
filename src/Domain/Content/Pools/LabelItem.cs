using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>An item's labels, whole: what gates of sites go by.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Tags">In ordinal order.</param>
/// <param name="Regions">In ordinal order.</param>
[EventType("content.item-labelled")]
public sealed record ItemLabelled(Guid ItemId, ImmutableArray<string> Tags, ImmutableArray<string> Regions);

/// <summary>Replaces an item's labels; what is live has them at once.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Tags">At most 50; see <see cref="Label"/>.</param>
/// <param name="Regions">At most 50; see <see cref="Label"/>.</param>
public sealed record LabelItem(Guid ItemId, ImmutableArray<string> Tags, ImmutableArray<string> Regions) : ICommand<LabelItem, Item>
{
    public static Decision Decide(LabelItem command, Item state)
    {
        if (state.Refuse("labelled") is { } refused) return refused;
        var errors = Label.Check("tags", command.Tags, Label.TagProblem).Add(Label.Check("regions", command.Regions, Label.RegionProblem));
        if (errors.Rejection is { } invalid) return invalid;

        var (tags, regions) = (Label.Sorted(command.Tags), Label.Sorted(command.Regions));
        return tags.SequenceEqual(state.Tags) && regions.SequenceEqual(state.Regions) ? Decision.Nothing : Decision.Of(new ItemLabelled(state.ItemId, tags, regions));
    }
}

/// <summary>
/// What an item is labelled with, and a gate names. A tag is 1-63 lower-case ASCII letters, digits and hyphens. A region is a country (ISO 3166-1
/// alpha-2, <c>AT</c>), a part of one (ISO 3166-2, <c>AT-9</c>) or an area (UN M.49, <c>150</c>); whether there is such a region isn't checked.
/// </summary>
public static partial class Label
{
    internal const int Most = 50;

    /// <summary>What is wrong with a tag, as a sentence; null when it's fine.</summary>
    public static string? TagProblem(string tag) => Tag().IsMatch(tag) ? null : "Must be 1-63 lower-case letters, digits and hyphens, neither first nor last a hyphen.";

    /// <summary>What is wrong with a region, as a sentence; null when it's fine.</summary>
    public static string? RegionProblem(string region) =>
        Region().IsMatch(region) ? null : "Must be a country such as AT (ISO 3166-1), a part of one such as AT-9 (ISO 3166-2) or an area such as 150 (UN M.49).";

    internal static ImmutableArray<string> Sorted(IEnumerable<string> labels) => [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>What is wrong with a list of labels, by <c>PATH[N]</c>.</summary>
    internal static FieldErrors Check(string path, ImmutableArray<string> labels, Func<string, string?> problem)
    {
        if (labels.Length > Most) return new FieldErrors().Add(path, $"At most {Most} are allowed.");
        var errors = new FieldErrors();
        for (var i = 0; i < labels.Length; i++) errors.Add($"{path}[{i}]", problem(labels[i]));
        return errors;
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^([A-Z]{2}(-[A-Z0-9]{1,3})?|[0-9]{3})\z")]
    private static partial Regex Region();
}
