using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>What profiles of the tenant's visitors are made of.</summary>
/// <param name="Dimensions">Of affinities.</param>
/// <param name="Weights">Of events; what isn't named weighs 1, engagement, vitals and consent nothing.</param>
/// <param name="SetAt">When that was said; null: it never was.</param>
/// <param name="SetBy">Who said it.</param>
/// <param name="Version">Stream version: what If-Match takes; 0: nothing was set.</param>
public sealed record ProfileSettingsDetails(ImmutableArray<AffinityDimension> Dimensions, ImmutableArray<ActWeight> Weights, DateTimeOffset? SetAt, string? SetBy, long Version)
{
    public const string ReadModel = "profile_settings";

    /// <summary>What holds where nothing was set.</summary>
    public static ProfileSettingsDetails Usual { get; } = new(ProfileSettings.Initial.Dimensions, ProfileSettings.Initial.Weights, null, null, 0);
}

public sealed class ProfileSettingsProjection : SingleStreamProjection<ProfileSettingsDetails>
{
    public override string Name => ProfileSettingsDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(ProfileSettingsSet));

    protected override JsonTypeInfo<ProfileSettingsDetails> Json => PersonalizationReadJson.Default.ProfileSettingsDetails;

    public override AnalystView Analysts { get; } = new(
        "profile_settings", "What are profiles of visitors made of?", "what the tenant said of it", ["id"],
        [
            new("id", "Its stream."),
            new("dimensions", "What visitors may be drawn to, as JSON: name, prop, halfLifeDays.", "data->'dimensions'", "jsonb"),
            new("weights", "What events say of it, as JSON: event, weight.", "data->'weights'", "jsonb"),
            new("set_at", "When that was said, UTC.", "data->>'setAt'", "timestamptz"),
            new("set_by", "Who said it.", "data->>'setBy'", "text"),
        ],
        "select dimensions, weights from analytics.profile_settings", Permission.ProfilesRead);

    public override ProfileSettingsDetails? Evolve(ProfileSettingsDetails? document, Event e) =>
        e.Data is ProfileSettingsSet set ? new(set.Dimensions, set.Weights, e.Timestamp, e.Headers.User, e.Version) : document;
}
