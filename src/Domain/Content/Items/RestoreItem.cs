namespace Platform.Domain.Content;

/// <summary>Brings an archived item back as a draft, if its slugs and unique values are still free.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Slug">Its slug from now on, e.g. because another item took the old one meanwhile; null: as it was.</param>
public sealed record RestoreItem(Guid ItemId, string? Slug = null) : ICommand<RestoreItem, Item>
{
    public static Decision Decide(RestoreItem command, Item state) => state switch
    {
        { Exists: false } => Item.Missing,
        { Status: not ItemStatus.Archived } => Decision.Nothing,
        _ when command.Slug is not null && Content.Slug.Problem(command.Slug) is { } problem => Reject.Invalid("slug", problem),
        _ when command.Slug is { } slug && slug != state.Slug => Decision.Of(
            new ItemRestored(command.ItemId), new ItemSlugChanged(command.ItemId, state.Slug, slug)),
        _ => Decision.Of(new ItemRestored(command.ItemId)),
    };
}
