using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>Brings an item's fields from the version of its content type that they follow to the current one, step by step.</summary>
public static class ItemMigration
{
    /// <summary>The item as it follows the type's current version, and the event that says so; no event when it did before.</summary>
    internal static (Item Item, ImmutableArray<object> Events) Bring(Item item, ContentType type)
    {
        if (item.TypeVersion >= type.Version) return (item, []);

        var fields = Migrate(item.Fields, item.TypeVersion, type, isFurtherLocale: false);
        var locales = item.Locales
            .Select(variant => Change(variant, Migrate(variant.Fields, item.TypeVersion, type, isFurtherLocale: true)))
            .Where(change => !change.Set.IsEmpty || !change.Removed.IsEmpty)
            .ToImmutableArray();
        var migrated = new ItemMigrated(
            item.ItemId, type.Version, fields.Except(item.Fields), Missing(item.Fields, fields), locales.IsEmpty ? null : locales);
        var problems = FieldRules.Check(type, fields).Add(FieldRules.CheckLocales(type, item.After(migrated).Locales)).Rejection?.Errors;
        migrated = migrated with
        {
            Problems = problems is null ? null : [.. problems.SelectMany(problem => problem.Value.Select(text => $"{problem.Key}: {text}"))],
        };
        return (item.After(migrated), [migrated]);
    }

    /// <summary>Names of the fields that were there and aren't any more.</summary>
    internal static ImmutableArray<string> Missing(Fields before, Fields after) =>
        [.. before.Values.Keys.Where(name => after.Find(name) is null)];

    private static LocaleChange Change(LocaleVariant variant, Fields after) =>
        new(variant.Locale, after.Except(variant.Fields), Missing(variant.Fields, after));

    private static Fields Migrate(Fields fields, long from, ContentType type, bool isFurtherLocale)
    {
        var before = type.AsOf(from).Fields;
        foreach (var step in type.Versions.Where(version => version.Version > from))
        {
            fields = Step(fields, before, step, isFurtherLocale);
            before = step.Fields;
        }

        return fields;
    }

    private static Fields Step(Fields fields, ImmutableArray<FieldDefinition> before, TypeVersion step, bool isFurtherLocale)
    {
        var values = Fields.Empty.Values.ToBuilder();
        foreach (var (name, value) in fields.Values)
        {
            var target = step.Renamed.FirstOrDefault(rename => rename.From == name)?.To ?? name;
            if (step.Fields.FirstOrDefault(field => field.Name == target) is not { } after || (isFurtherLocale && !after.Localized)) continue;
            // What can't be converted stays as it is: the next editor is told, and nothing is lost.
            values[target] = before.FirstOrDefault(field => field.Name == name) is { } definition
                ? FieldConversion.Convert(value, definition, after) ?? value
                : value;
        }

        foreach (var (name, value) in isFurtherLocale ? [] : step.Defaults.Values.AsEnumerable())
        {
            if (value.ValueKind is not JsonValueKind.Null) values.TryAdd(name, value);
        }

        return new Fields(values.ToImmutable());
    }
}
