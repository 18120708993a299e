namespace Platform.Domain.Content;

/// <summary>One field of a content type.</summary>
/// <param name="Name">1-63 characters: a letter, then letters, digits and underscores.</param>
/// <param name="Type">A field type's name on the wire, such as <c>text</c>.</param>
/// <param name="Required">An item can't be published without it; a draft may lack it.</param>
/// <param name="Localized">Its value differs from one locale to another.</param>
/// <param name="Rules">Rules by name, such as <c>{"minLength":3}</c>.</param>
public sealed record FieldDefinition(string Name, string Type, bool Required = false, bool Localized = false, Fields? Rules = null);
