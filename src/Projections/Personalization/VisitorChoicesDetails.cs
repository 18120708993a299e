using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>What a visitor said of themselves, and a site of them.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Preferences">What they prefer.</param>
/// <param name="KnownId">Number of the person that the site knows them to be; null: it doesn't.</param>
/// <param name="SetAt">When something was last said.</param>
public sealed record VisitorChoicesDetails(Guid VisitorId, Fields Preferences, Guid? KnownId, DateTimeOffset SetAt)
{
    public const string ReadModel = "visitor_choices";
}

public sealed class VisitorChoicesProjection : SingleStreamProjection<VisitorChoicesDetails>
{
    public override string Name => VisitorChoicesDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PreferencesSet), typeof(VisitorIdentified), typeof(VisitorSeparated), typeof(VisitorChoicesForgotten));

    protected override JsonTypeInfo<VisitorChoicesDetails> Json => PersonalizationReadJson.Default.VisitorChoicesDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<VisitorChoicesDetails, object?> Value)> Columns { get; } =
    [
        (new("visitor_id", "uuid not null", NpgsqlDbType.Uuid), d => d.VisitorId),
        (new("known_id", "uuid", NpgsqlDbType.Uuid), d => d.KnownId),
    ];

    protected override IReadOnlyList<string> Indexes => ["visitor_id", "known_id"];

    public override AnalystView Analysts { get; } = new(
        "visitor_choices", "What do visitors prefer, and which are one?", "a visitor who said something, or whom a site knows", ["id"],
        [
            new("id", "The visitor's stream."),
            new("visitor_id", "A number for the visitor, as in hits."),
            new("known_id", "A number for the person whom a site knows them to be; null: it doesn't."),
            new("preferences", "What they said that they prefer, as JSON.", "data->'preferences'", "jsonb"),
            new("set_at", "When something was last said, UTC.", "data->>'setAt'", "timestamptz"),
        ],
        "select known_id, count(*) as browsers from analytics.visitor_choices where known_id is not null group by known_id order by 2 desc limit 20", Permission.ProfilesRead);

    public override VisitorChoicesDetails? Evolve(VisitorChoicesDetails? document, Event e) => e.Data switch
    {
        PreferencesSet set => Some((document ?? Of(set.VisitorId)) with { Preferences = set.Preferences, SetAt = e.Timestamp }),
        VisitorIdentified identified => (document ?? Of(identified.VisitorId)) with { KnownId = identified.KnownId, SetAt = e.Timestamp },
        VisitorSeparated when document is not null => Some(document with { KnownId = null, SetAt = e.Timestamp }),
        VisitorChoicesForgotten => null,
        _ => document,
    };

    private static VisitorChoicesDetails Of(Guid visitorId) => new(visitorId, Fields.Empty, null, default);

    private static VisitorChoicesDetails? Some(VisitorChoicesDetails document) => document.Preferences.IsEmpty && document.KnownId is null ? null : document;
}

/// <summary>How the read models of personalization are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VisitorChoicesDetails))]
[JsonSerializable(typeof(ProfileSettingsDetails))]
[JsonSerializable(typeof(KeptRule))]
[JsonSerializable(typeof(RulePolicyDetails))]
public sealed partial class PersonalizationReadJson : JsonSerializerContext;
