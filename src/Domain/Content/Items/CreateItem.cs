namespace Platform.Domain.Content;

/// <summary>Starts an item as a draft.</summary>
/// <param name="ItemId">New, given by the caller; the item's stream.</param>
/// <param name="SiteId">The site that the item belongs to.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Locale">See <see cref="Content.Locale"/>.</param>
/// <param name="Slug">See <see cref="Content.Slug"/>; unique by site and locale.</param>
/// <param name="Fields">Required fields may still be missing.</param>
/// <param name="Source">The file that the item was imported from, if it was.</param>
public sealed record CreateItem(
    Guid ItemId, Guid SiteId, string Type, string Locale, string Slug, Fields Fields, ContentSource? Source = null)
{
    /// <param name="command">The command.</param>
    /// <param name="item">The item, which mustn't exist.</param>
    /// <param name="type">The content type named by the command.</param>
    /// <param name="site">The site named by the command.</param>
    public static Decision Decide(CreateItem command, Item item, ContentType type, HomeSite site)
    {
        if (Check(command, type, site).Rejection is { } invalid) return invalid;
        if (item.Exists) return Reject.Conflict($"The item {command.ItemId} already exists.");

        return Decision.Of(new ItemCreated(
            command.ItemId, command.SiteId, command.Type, command.Locale, command.Slug, command.Fields.WithoutNulls(), command.Source, type.Version));
    }

    private static FieldErrors Check(CreateItem command, ContentType type, HomeSite site) => new FieldErrors()
        .Add("siteId", command.SiteId == Guid.Empty ? "Is required." : site.Problem)
        .Add("type", type.Exists ? null : command.Type.Length == 0 ? "Is required." : "There is no such content type.")
        .Add("locale", Content.Locale.Problem(command.Locale))
        .Add("slug", Content.Slug.Problem(command.Slug))
        .Add(type.Exists ? FieldRules.Check(type, command.Fields) : new FieldErrors())
        .Add(ContentSource.Check(command.Source));
}
