using Platform.Domain.Experiments;
using Platform.EventStore;

namespace Platform.Processors.Experiments;

/// <summary>Loads what each command on flags is decided on.</summary>
public static class FlagCommands
{
    public static async Task<Handled> Define(DefineFlag command, IDocumentSession session, CancellationToken cancel)
    {
        var (flag, list) = await LoadAsync(session, command.FlagId, cancel);
        return session.Enlist(command.FlagId, flag.StartingVersion, DefineFlag.Decide(command, flag.Aggregate, list));
    }

    public static async Task<Handled> Change(ChangeFlag command, IDocumentSession session, CancellationToken cancel)
    {
        var (flag, list) = await LoadAsync(session, command.FlagId, cancel);
        return session.Enlist(command.FlagId, flag.StartingVersion, ChangeFlag.Decide(command, flag.Aggregate, list));
    }

    public static async Task<Handled> Archive(ArchiveFlag command, IDocumentSession session, CancellationToken cancel)
    {
        var (flag, list) = await LoadAsync(session, command.FlagId, cancel);
        return session.Enlist(command.FlagId, flag.StartingVersion, ArchiveFlag.Decide(command, flag.Aggregate, list));
    }

    public static Task<Handled> Kill(KillFlag command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Flag>(command.FlagId, flag => KillFlag.Decide(command, flag), cancel);

    public static Task<Handled> Revive(ReviveFlag command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Flag>(command.FlagId, flag => ReviveFlag.Decide(command, flag), cancel);

    private static async Task<(EventStream<Flag> Flag, FlagList List)> LoadAsync(IDocumentSession session, Guid id, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<Flag>(id, cancel: cancel), (await session.Events.FetchForWriting<FlagList>(FlagList.Id, cancel: cancel)).Aggregate);
}
