namespace Platform.Domain.Identity;

/// <summary>Defines a group, without members.</summary>
/// <param name="GroupId">New.</param>
/// <param name="Name">1-200 characters; several may have the same.</param>
/// <param name="ExternalId">What a directory calls it; null: none does.</param>
public sealed record DefineGroup(Guid GroupId, string? Name, string? ExternalId) : ICommand<DefineGroup, Group>
{
    private const int LongestId = 320;

    public static Decision Decide(DefineGroup command, Group state)
    {
        if (Check(command.Name, command.ExternalId).Rejection is { } invalid) return invalid;
        if (state.Version > 0) return Reject.Conflict($"There is a group {command.GroupId} already, or was.");
        return Decision.Of(new GroupDefined(command.GroupId, command.Name!.Trim(), command.ExternalId));
    }

    internal static FieldErrors Check(string? name, string? externalId) => new FieldErrors()
        .Add("name", DisplayName.Problem(name))
        .Add("externalId", externalId is null ? null
            : externalId.Length is 0 or > LongestId ? $"Must be 1 to {LongestId} characters long."
            : externalId.Any(char.IsControl) ? "Must hold no control characters." : null);
}

/// <summary>Says anew what a group is called.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Name">As when it's defined.</param>
/// <param name="ExternalId">As when it's defined.</param>
public sealed record ChangeGroup(Guid GroupId, string? Name, string? ExternalId) : ICommand<ChangeGroup, Group>
{
    public static Decision Decide(ChangeGroup command, Group state)
    {
        if (!state.Exists) return Group.Missing;
        if (DefineGroup.Check(command.Name, command.ExternalId).Rejection is { } invalid) return invalid;
        var name = command.Name!.Trim();
        return Decision.Of([
            .. name != state.Name ? [new GroupRenamed(command.GroupId, name)] : Array.Empty<object>(),
            .. command.ExternalId != state.ExternalId ? [new GroupExternalIdChanged(command.GroupId, command.ExternalId)] : Array.Empty<object>(),
        ]);
    }
}

/// <summary>Ends a group.</summary>
public sealed record RemoveGroup(Guid GroupId) : ICommand<RemoveGroup, Group>
{
    public static Decision Decide(RemoveGroup command, Group state) => state.Exists ? Decision.Of(new GroupRemoved(command.GroupId)) : Group.Missing;
}
