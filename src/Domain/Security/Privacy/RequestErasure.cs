namespace Platform.Domain.Security;

/// <summary>Has all that is known of a person erased (GDPR, Article 17).</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Cause">See <see cref="ErasureCause.Named"/>.</param>
/// <param name="By">Who asks, as in the token.</param>
/// <param name="Reason">In their words; null: none was given.</param>
/// <param name="Policy">The tenant's.</param>
/// <param name="Now">When.</param>
public sealed record RequestErasure(Guid SubjectId, string Cause, string By, string? Reason, PrivacyPolicy Policy, DateTimeOffset Now) : ICommand<RequestErasure, DataSubject>
{
    public static Decision Decide(RequestErasure command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Check(command).Rejection is { } invalid) return invalid;
        if (state.Erasure is not ErasureState.None) return Decision.Nothing;
        return Decision.Of(new ErasureRequested(
            command.SubjectId, command.Cause, command.By, command.Now.AddDays(command.Policy.DeadlineDays), command.Policy.FourEyes,
            Statement.Plain(command.Reason)));
    }

    private static FieldErrors Check(RequestErasure command) => new FieldErrors()
        .Add("cause", ErasureCause.Named.Contains(command.Cause) ? null : $"One of {string.Join(", ", ErasureCause.Named)}.")
        .Add("reason", Statement.Problem(command.Reason, isRequired: false));
}
