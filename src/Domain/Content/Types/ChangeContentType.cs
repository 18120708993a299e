using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>Gives a content type other fields. Its items follow; what is live of them stays as it was published.</summary>
/// <param name="Name">The type.</param>
/// <param name="Fields">All of them: values of a field that isn't here leave the drafts.</param>
/// <param name="Renamed">A field that the type has, and one that it hasn't yet, which gets its values.</param>
/// <param name="Defaults">For items that have no value in a field.</param>
public sealed record ChangeContentType(
    string Name, ImmutableArray<FieldDefinition> Fields, ImmutableArray<FieldRename> Renamed, Fields Defaults)
    : ICommand<ChangeContentType, ContentType>
{
    private const int MaxVersions = 500;
    private const int MaxDefaultBytes = 128 * 1024;
    private const int MaxBytes = 4 * 1024 * 1024;

    public static Decision Decide(ChangeContentType command, ContentType state)
    {
        if (!state.Exists) return Reject.NotFound("There is no such content type.");
        if (FieldDefinitions.Check(command.Fields).Rejection is { } malformed) return malformed;
        if (Check(command, state).Rejection is { } invalid) return invalid;
        if (command.Fields.SequenceEqual(state.Fields) && command.Renamed.IsEmpty && command.Defaults.IsEmpty) return Decision.Nothing;
        if (state.Versions.Length >= MaxVersions) return Reject.Conflict($"A content type has at most {MaxVersions} versions.");

        if (state.Versions.Sum(version => Count(version.Fields, version.Defaults)) + Count(command.Fields, command.Defaults) > MaxBytes)
            return Reject.Conflict($"All versions of a content type together take at most {MaxBytes / 1024 / 1024} MiB.");

        return Decision.Of(new ContentTypeChanged(command.Name, command.Fields, command.Renamed, command.Defaults));
    }

    private static FieldErrors Check(ChangeContentType command, ContentType state)
    {
        var before = state.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        var after = command.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        var errors = new FieldErrors();

        var sources = new HashSet<string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (from, to) in command.Renamed)
        {
            errors.Add($"renames.{from}", from switch
            {
                _ when !before.ContainsKey(from) => "The content type has no such field.",
                _ when after.ContainsKey(from) => "Is still among the fields.",
                _ when !sources.Add(from) => "Stands twice.",
                _ when !after.ContainsKey(to) => $"'{to}' isn't among the fields.",
                _ when before.ContainsKey(to) => $"The content type already has a field '{to}'.",
                _ when !targets.Add(to) => $"'{to}' already takes another field's values.",
                _ => null,
            });
        }

        errors.Add("defaults", command.Defaults.CountBytes() > MaxDefaultBytes ? $"All defaults together take at most {MaxDefaultBytes / 1024} KiB." : null);
        foreach (var (name, value) in command.Defaults.Values)
        {
            errors.Add(after.TryGetValue(name, out var field) switch
            {
                false => new FieldErrors().Add($"defaults.{name}", "Isn't among the fields."),
                true when field!.IsUnique => new FieldErrors().Add($"defaults.{name}", "A unique field can't have one value for all items."),
                true => FieldRules.CheckValue(field!, value, $"defaults.{name}"),
            });
        }

        // Values that are there already might be equal, and a name that is reserved for one field might be taken in the other.
        for (var i = 0; i < command.Fields.Length; i++)
        {
            if (command.Fields[i] is not { IsUnique: true } field) continue;
            var known = before.GetValueOrDefault(field.Name);
            var same = known is { IsUnique: true } && known.Type == field.Type && known.Localized == field.Localized;
            errors.Add(
                $"fields[{i}].rules.{FieldRule.Unique}",
                same || !(HadField(state, field.Name) || targets.Contains(field.Name))
                    ? null
                    : "Only a field under a name that the type never had can be made unique, and a unique field keeps its name and type.");
        }

        return errors;
    }

    private static int Count(ImmutableArray<FieldDefinition> fields, Fields defaults) =>
        fields.Sum(field => field.Name.Length + (field.Rules?.CountBytes() ?? 0)) + defaults.CountBytes();

    // What is live may still have values under a name of long ago.
    private static bool HadField(ContentType type, string name) => type.Versions.Any(version => version.Fields.Any(field => field.Name == name));
}
