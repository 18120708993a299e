using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Content;

/// <summary>Checks the rules of a content type, and the fields of an item against them.</summary>
public static class FieldRules
{
    private const int MaxBytes = 512 * 1024;
    private const int MaxElements = 1000;
    private const int MaxReferences = 1000;

    /// <summary>
    /// What is wrong with an item's fields, by <c>fields.&lt;name&gt;</c>. A required field may be missing: a draft needn't be
    /// complete. All fields together take at most 512 KiB as JSON, and refer to at most 1,000 items.
    /// </summary>
    /// <param name="type">The item's content type.</param>
    /// <param name="fields">The item's fields, whole; a null counts as absent.</param>
    public static FieldErrors Check(ContentType type, Fields fields)
    {
        if (fields.CountBytes() > MaxBytes)
            return new FieldErrors().Add("fields", $"All fields together take at most {MaxBytes / 1024} KiB.");

        var errors = new FieldErrors().Add(
            "fields", ItemReferences.Of(type.Fields, fields).Count() > MaxReferences ? $"All fields together refer to at most {MaxReferences:N0} items." : null);
        var definitions = type.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        foreach (var (name, value) in fields.WithoutNulls().Values)
        {
            if (definitions.TryGetValue(name, out var definition)) errors.Add(CheckValue(definition, value, $"fields.{name}"));
            else errors.Add($"fields.{name}", $"The content type '{type.Name}' has no such field.");
        }

        return errors;
    }

    /// <summary>
    /// What is wrong with the fields that an item has in a further locale: as <see cref="Check(ContentType, Fields)"/>, and only localised
    /// fields may be there. What is missing is taken from the item's own locale.
    /// </summary>
    public static FieldErrors CheckLocale(ContentType type, Fields fields)
    {
        var errors = Check(type, fields);
        foreach (var field in type.Fields)
        {
            if (!field.Localized && fields.WithoutNulls().Find(field.Name) is not null)
                errors.Add($"fields.{field.Name}", "Isn't localised: it's the same in every locale.");
        }

        return errors;
    }

    /// <summary>What is wrong with all further locales of an item, by <c>locales.&lt;tag&gt;.fields.&lt;name&gt;</c>.</summary>
    public static FieldErrors CheckLocales(ContentType type, ImmutableArray<LocaleVariant> variants)
    {
        var errors = new FieldErrors();
        foreach (var variant in variants) errors.Add(CheckLocale(type, variant.Fields).Under($"locales.{variant.Locale}"));
        return errors;
    }

    /// <summary>As <see cref="Check(ContentType, Fields)"/>, and required fields must be there.</summary>
    public static FieldErrors CheckComplete(ContentType type, Fields fields)
    {
        var present = fields.WithoutNulls();
        var errors = Check(type, fields);
        foreach (var field in type.Fields)
        {
            if (field.Required && present.Find(field.Name) is null) errors.Add($"fields.{field.Name}", "Is required.");
        }

        return errors;
    }

    /// <summary>What is wrong with the rules that a content type puts on a field of known type.</summary>
    /// <param name="field">The field.</param>
    /// <param name="path">Where its rules stand, such as <c>fields[2].rules</c>.</param>
    internal static FieldErrors CheckDefinition(FieldDefinition field, string path)
    {
        var rules = field.Rules ?? Fields.Empty;
        var errors = new FieldErrors();
        foreach (var (name, argument) in rules.Values)
        {
            errors.Add($"{path}.{name}", FieldRule.All.TryGetValue(name, out var rule) switch
            {
                false => "There is no such rule.",
                true when !rule!.Types.Contains(field.Type) => $"Doesn't fit a field of type {field.Type}.",
                true => rule!.DefinitionProblem(argument),
            });
        }

        return errors.Rejection is null ? CheckRange("minLength", "maxLength").Add(CheckRange("min", "max")) : errors;

        FieldErrors CheckRange(string low, string high) => new FieldErrors().Add(
            $"{path}.{low}",
            rules.Find(low)?.GetDouble() > rules.Find(high)?.GetDouble() ? $"Must be at most {high}." : null);
    }

    /// <summary>What is wrong with one value of a field, null aside.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="path">Where it stands, such as <c>fields.title</c>.</param>
    internal static FieldErrors CheckValue(FieldDefinition field, JsonElement value, string path)
    {
        var errors = new FieldErrors();
        if (!field.Many) return Check(errors, path, field, value);
        if (value.ValueKind is not JsonValueKind.Array) return errors.Add(path, "Must be a list.");
        if (value.GetArrayLength() > MaxElements) return errors.Add(path, $"Must have at most {MaxElements:N0} elements.");

        var i = 0;
        foreach (var element in value.EnumerateArray()) Check(errors, $"{path}[{i++}]", field, element);
        return errors;
    }

    private static FieldErrors Check(FieldErrors errors, string path, FieldDefinition field, JsonElement value)
    {
        if (FieldType.All[field.Type].Problem(value) is { } problem) return errors.Add(path, problem);

        foreach (var (name, argument) in (field.Rules ?? Fields.Empty).Values)
            errors.Add(path, FieldRule.All[name].ValueProblem(argument, value));
        return errors;
    }
}
