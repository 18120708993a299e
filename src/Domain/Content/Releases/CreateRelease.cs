namespace Platform.Domain.Content;

/// <summary>Starts a release, without items.</summary>
/// <param name="ReleaseId">New, given by the caller; the release's stream.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
public sealed record CreateRelease(Guid ReleaseId, string Name) : ICommand<CreateRelease, Release>
{
    public static Decision Decide(CreateRelease command, Release state) => DisplayName.Problem(command.Name) switch
    {
        { } problem => Reject.Invalid("name", problem),
        _ when state.Exists => Reject.Conflict($"The release {command.ReleaseId} already exists."),
        _ => Decision.Of(new ReleaseCreated(command.ReleaseId, command.Name.Trim())),
    };
}
