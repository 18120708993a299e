namespace Platform.Domain.Experiments;

/// <summary>Makes a flag.</summary>
/// <param name="FlagId">New.</param>
/// <param name="Key">1 to 100 letters, digits, dots, hyphens and underscores; unique in the tenant, and never another's while it's there.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Content">What it is for whom.</param>
/// <param name="Errors">What reading conditions found.</param>
public sealed record DefineFlag(Guid FlagId, string? Key, string? Name, FlagContent Content, FieldErrors Errors)
{
    /// <param name="command">The command.</param>
    /// <param name="flag">The flag, which mustn't exist.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(DefineFlag command, Flag flag, FlagList list)
    {
        var (id, key, name) = (command.FlagId, command.Key ?? "", command.Name?.Trim() ?? "");
        var errors = FlagCheck.Of(name, command.Content).Add(command.Errors).Add("key", FlagCheck.Key().IsMatch(key) ? null : "Must be 1 to 100 letters, digits, dots, hyphens and underscores.");
        if (errors.Rejection is { } invalid) return invalid;
        if (flag.Version > 0) return Reject.Conflict($"There is a flag {id} already, or was.");
        if (list.Refuse(id, key, command.Content) is { } refused) return refused;
        if (list.Flags.Count >= FlagList.Most) return Reject.Conflict($"A tenant has at most {FlagList.Most} flags: archive one first. GET /api/flags?stale=30 lists those that decide nothing any more.");
        return JointDecision.Of(new StreamEvents(id, new FlagDefined(id, key, name, command.Content)), new StreamEvents(FlagList.Id, new FlagListed(id, key, [.. command.Content.Needed()])));
    }
}

/// <summary>Says anew what a flag is called, and what it is for whom.</summary>
/// <param name="FlagId">The flag.</param>
/// <param name="Key">As it is; null: as it is.</param>
/// <param name="Name">As when it's defined.</param>
/// <param name="Content">As when it's defined; its kind stays.</param>
/// <param name="Errors">What reading conditions found.</param>
public sealed record ChangeFlag(Guid FlagId, string? Key, string? Name, FlagContent Content, FieldErrors Errors)
{
    /// <param name="command">The command.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(ChangeFlag command, Flag flag, FlagList list)
    {
        var (id, name) = (command.FlagId, command.Name?.Trim() ?? "");
        if (!flag.Exists) return Flag.Missing;
        var errors = FlagCheck.Of(name, command.Content).Add(command.Errors)
            .Add("key", command.Key is { } key && key != flag.Key ? $"Must be {flag.Key}: code asks for it." : null)
            .Add("kind", command.Content.Kind != flag.Content.Kind ? $"Must be {flag.Content.Kind}: code expects it." : null);
        if (errors.Rejection is { } invalid) return invalid;
        if (list.Refuse(id, flag.Key, command.Content) is { } refused) return refused;
        if (name == flag.Name && command.Content == flag.Content) return JointDecision.Nothing;
        var needs = command.Content.Needed().ToArray();
        return JointDecision.Of(
            new StreamEvents(id, new FlagChanged(id, name, command.Content)), new StreamEvents(FlagList.Id, needs.SequenceEqual(flag.Content.Needed()) ? [] : [new FlagListed(id, flag.Key, [.. needs])]));
    }
}

/// <summary>Puts a flag away: its key is free, and whoever asks for it learns that there is none.</summary>
public sealed record ArchiveFlag(Guid FlagId)
{
    /// <param name="command">The command.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(ArchiveFlag command, Flag flag, FlagList list) => flag switch
    {
        { Version: 0 } => Flag.Missing,
        { Exists: false } => JointDecision.Nothing,
        _ when list.Needing(flag.Key) is { } other => Reject.Conflict($"The flag {other} needs it."),
        _ => JointDecision.Of(new StreamEvents(command.FlagId, new FlagArchived(command.FlagId)), new StreamEvents(FlagList.Id, new FlagUnlisted(command.FlagId))),
    };
}
