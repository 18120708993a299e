using Platform.Domain.Sites;

namespace Platform.Domain.Content;

/// <summary>What content needs to know of the site that it belongs to; folded from the site's own stream.</summary>
[StateType("content.home-site", 2)]
public sealed record HomeSite : IState<HomeSite>
{
    public static HomeSite Initial { get; } = new();

    public bool Exists { get; init; }

    /// <summary>Out of use: nothing new is put on it.</summary>
    public bool Archived { get; init; }

    public long Version { get; init; }

    public HomeSite Evolve(object @event, long version) =>
        this with { Exists = Exists || @event is SiteCreated, Archived = @event is SiteArchived || Archived && @event is not SiteRestored, Version = version };

    /// <summary>Why nothing new can be put on the site, as a sentence; null when it can.</summary>
    internal string? Problem => !Exists ? "There is no such site." : Archived ? "The site is archived." : null;

    /// <summary>Why a command on the site itself can't be done; null when it can.</summary>
    internal Rejection? Refuse() =>
        !Exists ? Reject.NotFound("There is no such site.") : Archived ? Reject.Conflict("The site is archived; restore it first.") : null;
}
