namespace Platform.Domain.Content;

/// <summary>Moves an item to another slug of its site and locale; the old one is free for others.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Slug">See <see cref="Content.Slug"/>.</param>
public sealed record ChangeSlug(Guid ItemId, string Slug)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item.</param>
    /// <param name="slug">The reservation of the new slug in the item's site and locale.</param>
    public static JointDecision Decide(ChangeSlug command, Item item, SlugReservation slug)
    {
        if (item.Refuse("moved") is { } refused) return refused;
        if (Content.Slug.Problem(command.Slug) is { } problem) return Reject.Invalid("slug", problem);
        if (command.Slug == item.Slug) return JointDecision.Nothing;
        if (slug.Refuse(command.Slug) is { } taken) return taken;

        return JointDecision.Of(
            new StreamEvents(command.ItemId, new ItemSlugChanged(command.ItemId, item.Slug, command.Slug)),
            SlugReservation.Release(item),
            SlugReservation.Reserve(item, command.Slug));
    }
}
