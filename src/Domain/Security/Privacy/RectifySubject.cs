namespace Platform.Domain.Security;

/// <summary>Replaces what is kept of a person: what isn't named is kept no more (GDPR, Article 16).</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Members">At least one; plain.</param>
public sealed record RectifySubject(Guid SubjectId, SubjectMembers Members) : ICommand<RectifySubject, DataSubject>
{
    public static Decision Decide(RectifySubject command, DataSubject state)
    {
        var members = command.Members;
        if (!state.Exists) return DataSubject.Missing;
        if (state.IsClosed) return DataSubject.IsErased;
        if (members.Names.IsEmpty) return Reject.Invalid("name", "Name, e-mail address, phone, address or reference: at least one is required. To keep nothing, ask for the erasure.");
        if (members.Check().Rejection is { } invalid) return invalid;
        // Whether a text is the one before can't be told: both are sealed where they stand.
        return Decision.Of(new SubjectRectified(
            command.SubjectId, members.Name, members.Email, members.Phone, members.Address, members.Reference, [.. state.Members.Except(members.Names)]));
    }
}
