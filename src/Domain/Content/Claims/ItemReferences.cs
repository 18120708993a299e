using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>One item's mention of another.</summary>
/// <param name="Field">Name of the reference field.</param>
/// <param name="Path">Where the client finds it, such as <c>fields.authors[2]</c>.</param>
/// <param name="ItemId">The item that is meant.</param>
public sealed record ItemReference(string Field, string Path, Guid ItemId);

/// <summary>The items that an item refers to.</summary>
public static class ItemReferences
{
    /// <summary>Every mention in the fields of one locale, field by field.</summary>
    public static IEnumerable<ItemReference> Of(ImmutableArray<FieldDefinition> definitions, Fields fields)
    {
        foreach (var definition in definitions.Where(definition => definition.Type == FieldType.Reference))
        {
            if (fields.Find(definition.Name) is not { } value) continue;

            var path = $"fields.{definition.Name}";
            var mentions = value.ValueKind is JsonValueKind.Array
                ? value.EnumerateArray().Select((element, i) => (Path: $"{path}[{i}]", Element: element))
                : [(path, value)];
            foreach (var (at, element) in mentions)
            {
                if (element.ValueKind is JsonValueKind.String && Guid.TryParseExact(element.GetString(), "D", out var id))
                    yield return new ItemReference(definition.Name, at, id);
            }
        }
    }

    /// <summary>Whether a field of this name has been a reference in any version of the type: what is live may follow an earlier one.</summary>
    public static bool IsReference(ContentType type, string field) =>
        type.Versions.Any(version => version.Fields.Any(definition => definition.Name == field && definition.Type == FieldType.Reference));

    /// <summary>Every mention in fields that may follow an earlier version of the type than its current one, as what is live may.</summary>
    public static IEnumerable<ItemReference> OfAnyVersion(ContentType type, Fields fields) =>
        Of([.. type.Versions.SelectMany(version => version.Fields).Where(field => field.Type == FieldType.Reference).DistinctBy(field => field.Name)], fields);

    /// <summary>The mentions that a change brings: what the draft referred to before stays, whatever became of it.</summary>
    internal static ImmutableArray<ItemReference> Added(Item before, Item after, ContentType type)
    {
        var known = InDraft(before, type.AsOf(before.TypeVersion)).Select(reference => reference.ItemId).ToHashSet();
        return [.. InDraft(after, type.AsOf(after.TypeVersion)).Where(reference => !known.Contains(reference.ItemId))];
    }

    /// <summary>What is wrong with mentions, given the items that are meant; nothing when they exist, aren't archived and have a fitting type.</summary>
    internal static FieldErrors Check(
        ImmutableArray<ItemReference> references, ContentType type, IReadOnlyDictionary<Guid, Item> items)
    {
        var errors = new FieldErrors();
        foreach (var reference in references)
        {
            var rule = type.Fields.First(field => field.Name == reference.Field).Rules?.Find(FieldRule.Targets);
            errors.Add(reference.Path, items[reference.ItemId] switch
            {
                { Exists: false } => "There is no such item.",
                { Status: ItemStatus.Archived } => "The item is archived.",
                { Type: var target } when rule is { } targets && !Names(targets).Contains(target) =>
                    $"Must refer to an item of type {FieldRule.Shown(targets)}, not {target}.",
                _ => null,
            });
        }

        return errors;
    }

    private static IEnumerable<ItemReference> InDraft(Item item, ContentType type) =>
        item.Locales.Select(variant => variant.Fields).Prepend(item.Fields).SelectMany(fields => Of(type.Fields, fields));

    private static IEnumerable<string?> Names(JsonElement targets) => targets.EnumerateArray().Select(target => target.GetString());
}
