using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>Defines a content type; its stream is <see cref="ContentType.IdOf"/> its name.</summary>
/// <param name="Name">1-63 characters: a lower-case letter, then lower-case letters, digits and hyphens.</param>
/// <param name="Fields">See <see cref="FieldDefinitions"/>.</param>
public sealed partial record DefineContentType(string Name, ImmutableArray<FieldDefinition> Fields)
    : ICommand<DefineContentType, ContentType>
{
    public static Decision Decide(DefineContentType command, ContentType state)
    {
        if (Check(command).Rejection is { } invalid) return invalid;
        if (state.Exists) return Reject.Conflict($"The content type '{command.Name}' is already defined.");

        return Decision.Of(new ContentTypeDefined(command.Name, command.Fields));
    }

    private static FieldErrors Check(DefineContentType command) => new FieldErrors()
        .Add("name", TypeName().IsMatch(command.Name) ? null : "Must be 1-63 lower-case letters, digits and hyphens, a letter first.")
        .Add(FieldDefinitions.Check(command.Fields));

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z")]
    private static partial Regex TypeName();
}
