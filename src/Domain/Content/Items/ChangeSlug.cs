namespace Platform.Domain.Content;

/// <summary>Moves an item to another slug on its sites; the old one leads to it until another item takes it.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Slug">See <see cref="Content.Slug"/>.</param>
/// <param name="Locale">A further locale of the item; null: the item's own.</param>
public sealed record ChangeSlug(Guid ItemId, string Slug, string? Locale = null) : ICommand<ChangeSlug, Item>
{
    public static Decision Decide(ChangeSlug command, Item state)
    {
        if (state.Refuse("moved") is { } refused) return refused;
        if (Content.Slug.Problem(command.Slug) is { } problem) return Reject.Invalid("slug", problem);

        var variant = IsOwn(command.Locale, state) ? null : state.FindLocale(command.Locale!);
        if (!IsOwn(command.Locale, state) && variant is null) return Reject.Invalid("locale", "The item isn't in this locale.");

        var from = variant?.Slug ?? state.Slug;
        return command.Slug == from
            ? Decision.Nothing
            : Decision.Of(new ItemSlugChanged(command.ItemId, from, command.Slug, variant?.Locale));
    }

    private static bool IsOwn(string? locale, Item item) => locale is null || locale.Equals(item.Locale, StringComparison.OrdinalIgnoreCase);
}
