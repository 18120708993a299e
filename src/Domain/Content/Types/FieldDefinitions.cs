using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>Checks the fields that a content type is to have: at most 200, each name once.</summary>
internal static partial class FieldDefinitions
{
    private const int MaxFields = 200;
    private const int MaxBytes = 128 * 1024;

    public static FieldErrors Check(ImmutableArray<FieldDefinition> fields)
    {
        var errors = new FieldErrors();
        // Each version of a type is kept with the others, and read whenever one of its items changes.
        if (fields.Sum(field => field?.Rules?.CountBytes() ?? 0) > MaxBytes) return errors.Add("fields", $"The rules of all fields together take at most {MaxBytes / 1024} KiB.");
        if (fields.Length > MaxFields) return errors.Add("fields", $"A content type has at most {MaxFields} fields.");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Length; i++)
        {
            // A list in JSON may hold null, whatever the type of its elements says.
            if (fields[i] is not { } field) errors.Add($"fields[{i}]", "Must be an object.");
            else errors.Add(Check(field, $"fields[{i}]")).Add($"fields[{i}].name", seen.Add(field.Name) ? null : "Stands twice.");
        }

        return errors;
    }

    private static FieldErrors Check(FieldDefinition field, string path)
    {
        var errors = new FieldErrors()
            .Add($"{path}.name", FieldName().IsMatch(field.Name) ? null : "Must be 1-63 letters, digits and underscores, a letter first.");
        if (!FieldType.All.ContainsKey(field.Type))
            return errors.Add($"{path}.type", $"Must be one of {string.Join(", ", FieldType.All.Keys.Order(StringComparer.Ordinal))}.");

        return errors
            .Add(FieldRules.CheckDefinition(field, $"{path}.rules"))
            .Add($"{path}.many", field is { Many: true, IsUnique: true } ? "A field with many values can't be unique." : null);
    }

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9_]{0,62}\z")]
    private static partial Regex FieldName();
}
