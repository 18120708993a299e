using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>Where a site would hang in the tree of sites.</summary>
/// <param name="Ancestors">
/// The parent that the command names, its parent, and so on up to a site without one. Empty when the command names none,
/// and when there is no such site.
/// </param>
/// <param name="LevelsBelow">How deep the tree below the site is: 0 without children, 1 with children but no grandchildren.</param>
/// <param name="ArchivedAbove">The nearest of the ancestors that is archived; null: none is.</param>
public sealed record SitePlace(ImmutableArray<Guid> Ancestors, int LevelsBelow = 0, Guid? ArchivedAbove = null)
{
    private const int MaxDepth = 16;

    /// <summary>At the top, with nothing below.</summary>
    public static SitePlace Top { get; } = new([]);

    /// <summary>What is wrong with hanging the site there, as a sentence; null when it's fine.</summary>
    public string? Problem(Guid siteId, Guid? parentId) => parentId switch
    {
        null => null,
        { } parent when Ancestors.IsEmpty || Ancestors[0] != parent => "There is no such site.",
        _ when ArchivedAbove is { } archived => $"The site {archived} is archived.",
        _ when Ancestors.Contains(siteId) => "A site can't be below itself.",
        _ when Ancestors.Length + 1 + LevelsBelow > MaxDepth => $"Sites nest at most {MaxDepth} deep.",
        _ => null,
    };
}
