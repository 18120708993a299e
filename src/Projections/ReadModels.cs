using Platform.EventStore;
using Platform.Projections.Content;
using Platform.Projections.Identity;
using Platform.Projections.Sites;

namespace Platform.Projections;

/// <summary>Every read model there is.</summary>
public static class ReadModels
{
    public static IReadOnlyList<Projection> All { get; } =
    [
        new ContentSearch(),
        new ContentTypeDetailsProjection(),
        new DueItems(),
        new ItemDetailsProjection(),
        new ItemMentions(),
        new ReleaseDetailsProjection(),
        new RoleDirectory(),
        new SiteContent(),
        new SiteDetailsProjection(),
        new TenantDirectory(),
    ];
}
