using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

/// <summary>A new content type.</summary>
/// <param name="Name">1-63 lower-case letters, digits and hyphens; unique in the tenant.</param>
/// <param name="Fields">What items of the type have.</param>
public sealed record DefineContentTypeBody(string? Name, ImmutableArray<FieldBody?>? Fields);

/// <summary>Other fields for a content type.</summary>
/// <param name="Fields">All of them.</param>
/// <param name="Renames">Old name to new name: the new one takes the values.</param>
/// <param name="Defaults">By field, for items that have no value in it.</param>
public sealed record ChangeContentTypeBody(ImmutableArray<FieldBody?>? Fields, IReadOnlyDictionary<string, string?>? Renames, Fields? Defaults);

/// <summary>How far the items of a content type have followed it.</summary>
/// <param name="Version">Of the type.</param>
/// <param name="Items">All items of the type.</param>
/// <param name="Outdated">Items that still follow an earlier version; the platform migrates them by itself.</param>
/// <param name="WithProblems">Items whose drafts break a rule of the type since it changed: an editor has to mend them.</param>
public sealed record TypeMigration(long Version, long Items, long Outdated, long WithProblems);

/// <summary>A field of a content type.</summary>
/// <param name="Name">1-63 letters, digits and underscores, a letter first; unique in the type.</param>
/// <param name="Type">text, markdown, number, boolean, date, datetime, reference, media or json.</param>
/// <param name="Required">An item can't be published without it; default: false.</param>
/// <param name="Localized">Its value differs from one locale to another; default: false.</param>
/// <param name="Rules">By name, e.g. <c>{"minLength":3}</c>: minLength, maxLength, pattern, oneOf, min, max, integer, unique, targets.</param>
/// <param name="Many">Its value is a list; default: false.</param>
public sealed record FieldBody(string? Name, string? Type, bool? Required, bool? Localized, Fields? Rules, bool? Many)
{
    public FieldDefinition ToDefinition() => new(Name ?? "", Type ?? "", Required ?? false, Localized ?? false, Rules, Many ?? false);
}

/// <summary>A new item.</summary>
/// <param name="SiteId">Home site.</param>
/// <param name="Type">Name of a content type.</param>
/// <param name="Locale">Language tag, e.g. <c>en</c> or <c>de-AT</c>.</param>
/// <param name="Slug">Unique in site and locale.</param>
/// <param name="Fields">By name; required ones may follow until the item is published.</param>
public sealed record CreateItemBody(Guid? SiteId, string? Type, string? Locale, string? Slug, Fields? Fields);

/// <summary>A draft's fields, whole.</summary>
/// <param name="Fields">All of them: what isn't named is taken out.</param>
/// <param name="Merge">
/// Keep what others have done to other fields since the version that If-Match names; 412 where they changed the same field to something else.
/// Default: false.
/// </param>
public sealed record EditItemBody(Fields? Fields, bool? Merge);

/// <summary>What goes live.</summary>
/// <param name="Version">Stream version whose fields go live; default: the latest.</param>
public sealed record PublishItemBody(long? Version);

/// <summary>How an item comes back.</summary>
/// <param name="Slug">Its slug from now on; default: as it was.</param>
public sealed record RestoreItemBody(string? Slug);

/// <summary>Where to go back to.</summary>
/// <param name="Version">Stream version to go back to.</param>
public sealed record RevertItemBody(long? Version);

/// <summary>Where an item moves.</summary>
/// <param name="Slug">The new one.</param>
/// <param name="Locale">A further locale of the item; default: its own.</param>
public sealed record ChangeSlugBody(string? Slug, string? Locale);

/// <summary>An item in a further locale, whole.</summary>
/// <param name="Slug">Default: as it is, or that of the item's own locale.</param>
/// <param name="Fields">Localised fields: what isn't named is that of the item's own locale.</param>
public sealed record TranslateItemBody(string? Slug, Fields? Fields);

/// <summary>A further site.</summary>
/// <param name="SiteId">On its home the item stands anyway.</param>
public sealed record PlacementBody(Guid? SiteId);

/// <summary>When an item goes live and off the air; at least one of both.</summary>
/// <param name="PublishAt">Later than now.</param>
/// <param name="UnpublishAt">Later than publishAt.</param>
/// <param name="Version">Stream version whose fields go live; default: the latest at that time.</param>
public sealed record ScheduleBody(
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? PublishAt, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? UnpublishAt, long? Version);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DefineContentTypeBody))]
[JsonSerializable(typeof(ChangeContentTypeBody))]
[JsonSerializable(typeof(TypeMigration))]
[JsonSerializable(typeof(TranslateItemBody))]
[JsonSerializable(typeof(PlacementBody))]
[JsonSerializable(typeof(ScheduleBody))]
[JsonSerializable(typeof(CreateItemBody))]
[JsonSerializable(typeof(EditItemBody))]
[JsonSerializable(typeof(PublishItemBody))]
[JsonSerializable(typeof(RestoreItemBody))]
[JsonSerializable(typeof(RevertItemBody))]
[JsonSerializable(typeof(ChangeSlugBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(Page<BackReference>))]
[JsonSerializable(typeof(Page<SearchHit>))]
internal sealed partial class ContentBodies : JsonSerializerContext;
