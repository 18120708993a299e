using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what commands on the gates of sites are decided on.</summary>
public static class GateCommands
{
    public static async Task<Handled> Set(SetSiteGate command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await SiteAsync(session, command.SiteId, cancel);
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in command.Types)
            if ((await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(name), cancel: cancel)).State.Exists)
                types.Add(name);
        return await session.DecideAsync<SiteGate>(SiteGate.IdOf(command.SiteId), gate => SetSiteGate.Decide(command, gate, site, types), cancel);
    }

    public static async Task<Handled> Reset(ResetSiteGate command, IDocumentSession session, CancellationToken cancel)
    {
        var site = await SiteAsync(session, command.SiteId, cancel);
        return await session.DecideAsync<SiteGate>(SiteGate.IdOf(command.SiteId), gate => ResetSiteGate.Decide(command, gate, site), cancel);
    }

    private static async Task<HomeSite> SiteAsync(IQuerySession session, Guid siteId, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<HomeSite>(siteId, cancel: cancel)).State;
}
