namespace Platform.Domain.Content;

/// <summary>One field of a content type.</summary>
/// <param name="Name">1-63 characters: a letter, then letters, digits and underscores.</param>
/// <param name="Type">A field type's name on the wire, such as <c>text</c>.</param>
/// <param name="Required">An item can't be published without it; a draft may lack it.</param>
/// <param name="Localized">Its value differs from one locale to another.</param>
/// <param name="Rules">Rules by name, such as <c>{"minLength":3}</c>.</param>
/// <param name="Many">Its value is a list, of at most 1,000 elements, each of the field's type.</param>
public sealed record FieldDefinition(
    string Name, string Type, bool Required = false, bool Localized = false, Fields? Rules = null, bool Many = false)
{
    /// <summary>No two items of the type have the same value here, in one locale where the field is localised.</summary>
    internal bool IsUnique => Rules?.Find(FieldRule.Unique) is { ValueKind: System.Text.Json.JsonValueKind.True };
}
