namespace Platform.Domain.Identity;

/// <summary>Users who have roles together.</summary>
[StateType("identity.group", 1)]
public sealed record Group : IState<Group>
{
    public static Group Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such group.");

    /// <summary>It was defined, and wasn't removed.</summary>
    public bool Exists { get; init; }

    public Guid GroupId { get; init; }

    public string Name { get; init; } = "";

    public string? ExternalId { get; init; }

    public long Version { get; init; }

    public Group Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Group Apply(object @event) => @event switch
    {
        GroupDefined e => this with { Exists = true, GroupId = e.GroupId, Name = e.Name, ExternalId = e.ExternalId },
        GroupRenamed e => this with { Name = e.Name },
        GroupExternalIdChanged e => this with { ExternalId = e.ExternalId },
        GroupRemoved => this with { Exists = false },
        _ => this,
    };
}
