using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>Which fields items of a type have.</summary>
/// <param name="Id">The type's stream.</param>
/// <param name="Name">What items name it by.</param>
/// <param name="Version">Stream version.</param>
/// <param name="Fields">In the order of the definition.</param>
/// <param name="DefinedAt">When.</param>
/// <param name="ChangedAt">When its fields were last defined anew.</param>
public sealed record ContentTypeDetails(
    Guid Id, string Name, long Version, ImmutableArray<FieldDefinition> Fields, DateTimeOffset DefinedAt, DateTimeOffset ChangedAt)
{
    public const string ReadModel = "content_type_details";

    /// <summary>Types in name order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select data->>'name', data from read.content_type_details where data->>'name' > $1 order by data->>'name' limit $2",
            [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class ContentTypeDetailsProjection : SingleStreamProjection<ContentTypeDetails>
{
    public override string Name => ContentTypeDetails.ReadModel;

    public override int Version => 2;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(ContentTypeDefined), typeof(ContentTypeChanged));

    protected override JsonTypeInfo<ContentTypeDetails> Json => ContentReadJson.Default.ContentTypeDetails;

    public override AnalystView Analysts { get; } = new(
        "content_types", "Which kinds of content are there, and which fields do they have?", "a content type", ["id"],
        [
            new("id", "The type's stream."),
            new("name", "What items name it by: items.type.", "data->>'name'", "text"),
            new("version", "How often it was defined, from 1.", "data->>'version'", "bigint"),
            new("field_count", "Fields that it has.", "jsonb_array_length(data->'fields')", "integer"),
            new("fields", "The fields in their order, each with name, type, required, localized and rules.", "data->'fields'", "jsonb"),
            new("defined_at", "When it was first defined, UTC.", "data->>'definedAt'", "timestamptz"),
            new("changed_at", "When it was last defined anew, UTC.", "data->>'changedAt'", "timestamptz"),
        ],
        "select t.name, f->>'name' as field, f->>'type' as type from analytics.content_types t, jsonb_array_elements(t.fields) f order by 1, 2",
        Permission.ContentRead, Changed: "changed_at");

    public override ContentTypeDetails? Evolve(ContentTypeDetails? document, Event e) => e.Data switch
    {
        ContentTypeDefined defined => new ContentTypeDetails(e.StreamId, defined.Name, e.Version, defined.Fields, e.Timestamp, e.Timestamp),
        ContentTypeChanged changed => document! with { Version = e.Version, Fields = changed.Fields, ChangedAt = e.Timestamp },
        _ => document,
    };
}
