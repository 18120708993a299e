namespace Platform.Domain.Content;

/// <summary>An item of a release, as publishing or undoing the release needs it.</summary>
/// <param name="Item">As it is.</param>
/// <param name="Then">As of the version that the release or its step names; as it is when none is named.</param>
/// <param name="Type">Its content type.</param>
public sealed record ReleasedItem(Item Item, Item Then, ContentType Type);
