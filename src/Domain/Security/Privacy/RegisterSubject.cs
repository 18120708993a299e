namespace Platform.Domain.Security;

/// <summary>Keeps data of a person.</summary>
/// <param name="SubjectId">New.</param>
/// <param name="Members">At least one; plain.</param>
public sealed record RegisterSubject(Guid SubjectId, SubjectMembers Members) : ICommand<RegisterSubject, DataSubject>
{
    public static Decision Decide(RegisterSubject command, DataSubject state)
    {
        var members = command.Members;
        if (members.Names.IsEmpty) return Reject.Invalid("name", "Name, e-mail address, phone, address or reference: at least one is required.");
        if (members.Check().Rejection is { } invalid) return invalid;
        if (state.IsClosed) return DataSubject.IsErased;
        if (state.Exists) return Reject.Conflict("There is such a data subject already.");
        return Decision.Of(new SubjectRegistered(command.SubjectId, members.Name, members.Email, members.Phone, members.Address, members.Reference));
    }
}
