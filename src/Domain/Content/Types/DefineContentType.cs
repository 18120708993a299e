using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>Defines a content type; its stream is <see cref="ContentType.IdOf"/> its name.</summary>
/// <param name="Name">1-63 characters: a lower-case letter, then lower-case letters, digits and hyphens.</param>
/// <param name="Fields">At most 200, each name once.</param>
public sealed partial record DefineContentType(string Name, ImmutableArray<FieldDefinition> Fields)
    : ICommand<DefineContentType, ContentType>
{
    private const int MaxFields = 200;

    public static Decision Decide(DefineContentType command, ContentType state)
    {
        if (Check(command).Rejection is { } invalid) return invalid;
        if (state.Exists) return Reject.Conflict($"The content type '{command.Name}' is already defined.");

        return Decision.Of(new ContentTypeDefined(command.Name, command.Fields));
    }

    private static FieldErrors Check(DefineContentType command)
    {
        var errors = new FieldErrors()
            .Add("name", TypeName().IsMatch(command.Name) ? null : "Must be 1-63 lower-case letters, digits and hyphens, a letter first.");
        if (command.Fields.Length > MaxFields) return errors.Add("fields", $"A content type has at most {MaxFields} fields.");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < command.Fields.Length; i++)
        {
            // A list in JSON may hold null, whatever the type of its elements says.
            if (command.Fields[i] is not { } field) errors.Add($"fields[{i}]", "Must be an object.");
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

        return errors.Add(FieldRules.CheckDefinition(field, $"{path}.rules"));
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9_]{0,62}\z")]
    private static partial Regex FieldName();
}
