using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>Loads what the erasure of a visitor is decided on.</summary>
public static class VisitorCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until all that came in before can be seen.</summary>
    /// <exception cref="TimeoutException">It can't, yet.</exception>
    public static async Task AwaitAsync(IQuerySession session, CancellationToken cancel)
    {
        foreach (var model in new[] { Visits.ReadModel, Hits.ReadModel })
            if (!await session.WaitForAllAsync(model, Patience, cancel))
                throw new TimeoutException($"The read model {model} is behind the log.");
    }

    /// <exception cref="TimeoutException">What came in last can't be seen yet.</exception>
    public static async Task<Handled> Erase(EraseVisitor command, IDocumentSession session, CancellationToken cancel)
    {
        // What was accepted before is erased too.
        await AwaitAsync(session, cancel);
        var visits = await new KeptOfVisitor(command.VisitorId).VisitsAsync(session, EraseVisitor.MostVisits + 1, cancel);
        var choices = await session.Events.FetchForWriting<VisitorChoices>(VisitorChoices.IdOf(command.VisitorId), cancel: cancel);
        var erased = await session.DecideAsync<ErasedVisitor>(ErasedVisitor.IdOf(command.VisitorId), _ => EraseVisitor.Decide(command, visits, choices.Aggregate.Exists), cancel);
        if (erased.Rejection is null)
        {
            choices.AppendMany(ForgetVisitorChoices.Decide(new(command.VisitorId), choices.Aggregate).Events);
            // Also where there's none yet: whoever is placing the visitor just now finds that the stream went on, and looks again.
            session.Events.Append<VisitorSegments>(VisitorSegments.IdOf(command.VisitorId), new VisitorSegmentsForgotten(command.VisitorId));
        }
        return erased;
    }
}
