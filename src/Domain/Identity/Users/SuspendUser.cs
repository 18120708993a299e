namespace Platform.Domain.Identity;

/// <summary>Keeps a user from everything, whatever their tokens say and whatever was granted to them.</summary>
/// <param name="UserId">The user.</param>
/// <param name="By">Who suspends them, as in the token.</param>
public sealed record SuspendUser(Guid UserId, string By) : ICommand<SuspendUser, User>
{
    internal static Rejection Oneself { get; } = Reject.Conflict("You can't suspend yourself: nobody might be left who resumes you.");

    public static Decision Decide(SuspendUser command, User state) => state switch
    {
        { Exists: false } => User.Missing,
        { IsSuspended: true } => Decision.Nothing,
        { Subject: { } subject } when subject == command.By => Oneself,
        _ => Decision.Of(new UserSuspended(command.UserId)),
    };
}

/// <summary>Lets a user do again what they could.</summary>
public sealed record ResumeUser(Guid UserId) : ICommand<ResumeUser, User>
{
    public static Decision Decide(ResumeUser command, User state) => state switch
    {
        { Exists: false } => User.Missing,
        { IsSuspended: false } => Decision.Nothing,
        _ => Decision.Of(new UserResumed(command.UserId)),
    };
}
