namespace Platform.Domain.Security;

/// <summary>Gives up a person of whom nothing was ever recorded, because what would have begun their stream failed after their key was made. From then on their stream is closed: nobody begins it any more.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="KeyId">Of the key, under which no text is sealed.</param>
public sealed record AbandonSubject(Guid SubjectId, Guid KeyId) : ICommand<AbandonSubject, DataSubject>
{
    public static Decision Decide(AbandonSubject command, DataSubject state) =>
        state.Version > 0 ? Decision.Nothing : Decision.Of(new ErasureCompleted(command.SubjectId, [command.KeyId]));
}
