using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What a flag is for whom.</summary>
/// <param name="Kind">Of its values: boolean, text, number or json.</param>
/// <param name="Default">Where no rule says otherwise, and for everybody while it's killed.</param>
/// <param name="Rules">The first that concerns somebody counts.</param>
/// <param name="Description">For people; null: none.</param>
public sealed record FlagContent(string Kind, AttributeValue Default, ImmutableArray<FlagRuleContent> Rules, string? Description = null)
{
    public static ImmutableArray<string> Kinds { get; } = ["boolean", "text", "number", "json"];

    /// <summary>Other flags that rules look at, by key.</summary>
    public IEnumerable<string> Needed() => Rules.SelectMany(rule => rule.Needs ?? []).Select(need => need.Flag).Distinct(StringComparer.Ordinal);

    /// <summary>As it's evaluated.</summary>
    /// <param name="key">Of the flag: the seed of who is let in first.</param>
    /// <param name="isKilled">The default counts for everybody.</param>
    public FlagPlan Plan(string key, bool isKilled) => new(Default, [.. Rules.Select(rule => rule.Plan(key))]) { IsKilled = isKilled };

    public bool Equals(FlagContent? other) => other is not null && Kind == other.Kind && Default == other.Default && Description == other.Description && Rules.SequenceEqual(other.Rules);

    public override int GetHashCode() => HashCode.Combine(Kind, Default, Description, Rules.Length);
}

/// <summary>Who gets something else than the default, and what.</summary>
/// <param name="Name">For people and in answers; unique in the flag.</param>
/// <param name="Condition">Whom it concerns.</param>
/// <param name="Value">What they get; null: one of the variants.</param>
/// <param name="Variants">Of which each of them gets one, for good; null: the value.</param>
/// <param name="Percent">Of those, so many are let in; whoever is in stays as it grows. Null: all.</param>
/// <param name="Needs">What other flags must be; null: nothing.</param>
/// <param name="From">It counts from then on; null: always did.</param>
/// <param name="Until">It counts until then; null: for good.</param>
public sealed record FlagRuleContent(
    string Name, Condition Condition, AttributeValue? Value = null, ImmutableArray<FlagVariant>? Variants = null, double? Percent = null, ImmutableArray<FlagNeed>? Needs = null,
    DateTimeOffset? From = null, DateTimeOffset? Until = null)
{
    internal FlagRule Plan(string flag)
    {
        var rule = new FlagRule
        {
            Id = Name,
            Condition = Condition,
            Prerequisites = [.. (Needs ?? []).Select(need => new Prerequisite(need.Flag, new AttributeIs(new("value"), [new EqualTest(need.Value)])))],
            HashVersion = HashVersion.Fnv2,
            From = From,
            Until = Until,
        };
        return Variants is not { } variants ? rule with { Value = Value, Variant = Name, Coverage = Percent is 100 ? null : Percent / 100 } : rule with
        {
            Experiment = new($"{flag}/{Name}", [.. variants.Select(variant => variant.Value)])
            {
                HashVersion = HashVersion.Fnv2,
                Condition = Condition,
                Ranges = BucketRange.Of(variants.Length, (Percent ?? 100) / 100, [.. variants.Select(variant => variant.Weight)]),
                Meta = [.. variants.Select(variant => new VariantMeta(variant.Key))],
            },
        };
    }

    public bool Equals(FlagRuleContent? other) => other is not null && (Name, Condition, Value, Percent, From, Until) == (other.Name, other.Condition, other.Value, other.Percent, other.From, other.Until)
        && (Variants ?? []).SequenceEqual(other.Variants ?? []) && (Needs ?? []).SequenceEqual(other.Needs ?? []);

    public override int GetHashCode() => HashCode.Combine(Name, Condition, Value, Percent);
}

/// <summary>One of the values that a rule shares out.</summary>
/// <param name="Key">In answers; unique in the rule.</param>
/// <param name="Value">Of the flag's kind.</param>
/// <param name="Weight">Of all 1, how much.</param>
public sealed record FlagVariant(string Key, AttributeValue Value, double Weight);

/// <summary>What another flag must be for somebody.</summary>
/// <param name="Flag">Its key.</param>
/// <param name="Value">Its value.</param>
public sealed record FlagNeed(string Flag, AttributeValue Value);
