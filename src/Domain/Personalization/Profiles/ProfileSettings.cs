using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>What visitors may be drawn to, and how fast that fades.</summary>
/// <param name="Name">Such as topic: a lower-case letter and up to 49 letters, digits and underscores.</param>
/// <param name="HalfLifeDays">After so many days what somebody did weighs half as much, 0.01 to 3,650.</param>
/// <param name="Prop">The property of page views and of the site's own events that says it, several values with commas between; null: the first part of the page's path.</param>
public sealed record AffinityDimension(string Name, double HalfLifeDays, string? Prop = null);

/// <summary>How much an event says about what somebody is drawn to.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Weight">Beside a page view's 1; 0 to 1,000.</param>
public sealed record ActWeight(string Event, double Weight);

/// <summary>What profiles of visitors are made of, from now on and for what was before.</summary>
/// <param name="Dimensions">Of affinities.</param>
/// <param name="Weights">Of events; what isn't named weighs 1, engagement, vitals and consent nothing.</param>
[EventType("personalization.profile-settings-set")]
public sealed record ProfileSettingsSet(ImmutableArray<AffinityDimension> Dimensions, ImmutableArray<ActWeight> Weights);

/// <summary>What profiles of a tenant's visitors are made of: one stream a tenant.</summary>
[StateType("personalization.profile-settings", 1)]
public sealed record ProfileSettings : IState<ProfileSettings>
{
    /// <summary>What holds where nothing was set: topics as sites name them, items, and the site's sections.</summary>
    public static ProfileSettings Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("personalization.profile-settings");

    public ImmutableArray<AffinityDimension> Dimensions { get; init; } = [new("topic", 14, "topic"), new("section", 14), new("item", 7, "item")];

    public ImmutableArray<ActWeight> Weights { get; init; } = [];

    public long Version { get; init; }

    public ProfileSettings Evolve(object @event, long version) => @event switch
    {
        ProfileSettingsSet set => this with { Dimensions = set.Dimensions, Weights = set.Weights, Version = version },
        _ => this with { Version = version },
    };

    /// <summary>What an act weighs when it happens.</summary>
    internal double WeightOf(string name)
    {
        foreach (var weight in Weights)
            if (weight.Event == name) return weight.Weight;
        return name is "engagement" or "web_vital" or "consent" ? 0 : 1;
    }
}

/// <summary>Says what profiles of visitors are made of.</summary>
/// <param name="Dimensions">At most 10, none twice.</param>
/// <param name="Weights">At most 50, no event twice.</param>
public sealed record SetProfileSettings(ImmutableArray<AffinityDimension> Dimensions, ImmutableArray<ActWeight> Weights) : ICommand<SetProfileSettings, ProfileSettings>
{
    private const int MostDimensions = 10, MostWeights = 50;
    private const double ShortestDays = 0.01, LongestDays = 3_650, Heaviest = 1_000;

    public static Decision Decide(SetProfileSettings command, ProfileSettings state)
    {
        var errors = new FieldErrors()
            .Add("dimensions", command.Dimensions.Length > MostDimensions ? $"Must be at most {MostDimensions}." : null)
            .Add("weights", command.Weights.Length > MostWeights ? $"Must be at most {MostWeights}." : null);
        foreach (var (dimension, n) in command.Dimensions.Take(MostDimensions).Select((dimension, n) => (dimension, n)))
            errors
                .Add($"dimensions[{n}].name", !AnalyticsName.IsOne(dimension.Name) ? AnalyticsName.Rule : command.Dimensions.Take(n).Any(other => other.Name == dimension.Name) ? "Stands there twice." : null)
                .Add($"dimensions[{n}].prop", dimension.Prop is { } prop && !AnalyticsName.IsOne(prop) ? AnalyticsName.Rule : null)
                .Add($"dimensions[{n}].halfLifeDays", dimension.HalfLifeDays is >= ShortestDays and <= LongestDays ? null : FormattableString.Invariant($"Must be {ShortestDays} to {LongestDays}."));
        foreach (var (weight, n) in command.Weights.Take(MostWeights).Select((weight, n) => (weight, n)))
            errors
                .Add($"weights[{n}].event", !AnalyticsName.IsOne(weight.Event) ? AnalyticsName.Rule : command.Weights.Take(n).Any(other => other.Event == weight.Event) ? "Stands there twice." : null)
                .Add($"weights[{n}].weight", weight.Weight is >= 0 and <= Heaviest ? null : FormattableString.Invariant($"Must be 0 to {Heaviest}."));
        return errors.Rejection is { } invalid ? invalid
            : state.Version > 0 && command.Dimensions.SequenceEqual(state.Dimensions) && command.Weights.SequenceEqual(state.Weights) ? Decision.Nothing
            : Decision.Of(new ProfileSettingsSet(command.Dimensions, command.Weights));
    }
}
