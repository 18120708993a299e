namespace Platform.Domain.Content;

/// <summary>Puts an item on a further site, under the slugs that it has.</summary>
public sealed record PlaceItem(Guid ItemId, Guid SiteId)
{
    private const int MaxPlacements = 200;

    /// <param name="command">The command.</param>
    /// <param name="item">The item.</param>
    /// <param name="site">The site named by the command.</param>
    public static Decision Decide(PlaceItem command, Item item, HomeSite site)
    {
        if (item.Refuse("placed") is { } refused) return refused;
        if (site.Problem is { } problem) return Reject.Invalid("siteId", problem);
        if (item.Sites.Contains(command.SiteId)) return Decision.Nothing;
        if (item.Placements.Length >= MaxPlacements) return Reject.Conflict($"An item stands on at most {MaxPlacements} further sites.");

        return Decision.Of(new ItemPlaced(item.ItemId, command.SiteId));
    }
}
