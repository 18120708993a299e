namespace Platform.Domain.Content;

internal static class ItemVersion
{
    /// <summary>Why an item can't be taken as of a version; null when it can.</summary>
    public static string? Problem(long version, Item item) =>
        version < 1 || version > item.Version ? $"Must be from 1 to {item.Version}, the item's version." : null;
}
