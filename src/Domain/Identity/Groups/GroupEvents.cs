namespace Platform.Domain.Identity;

/// <summary>There is a group of users, which roles can be granted to.</summary>
/// <param name="GroupId">The group; the stream. Who is in it stands in the streams of its members.</param>
/// <param name="Name">For people.</param>
/// <param name="ExternalId">What a directory calls it; null: none does.</param>
[EventType("identity.group-defined")]
public sealed record GroupDefined(Guid GroupId, string Name, string? ExternalId = null);

[EventType("identity.group-renamed")]
public sealed record GroupRenamed(Guid GroupId, string Name);

/// <summary>A directory calls the group otherwise.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="ExternalId">Null: none calls it anything any more.</param>
[EventType("identity.group-external-id-changed")]
public sealed record GroupExternalIdChanged(Guid GroupId, string? ExternalId = null);

/// <summary>The group is no more: what it was granted counts for nobody.</summary>
[EventType("identity.group-removed")]
public sealed record GroupRemoved(Guid GroupId);
