using Platform.Domain.Analytics;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Processors.Analytics;

/// <summary>Metrics that are recorded from elsewhere, and what a tenant declares for it.</summary>
public static class MetricCommands
{
    public static Task<Handled> Declare(DeclareMetric command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<MetricDefinition>(MetricDefinition.IdOf(command.Name), metric => DeclareMetric.Decide(command, metric), cancel);

    public static async Task<Handled> Record(RecordMetrics command, IDocumentSession session, CancellationToken cancel)
    {
        var id = MetricRecord.IdOf(command.SiteId, session.Now);
        if (RecordMetrics.Refuse(command) is { } refused)
            return new Handled(id, 0, refused);
        if (command.SiteId is { } siteId && (await session.Events.AggregateStreamAsync<Site>(siteId, cancel: cancel)).State is not { Exists: true })
            return new Handled(id, 0, Domain.Reject.Invalid("siteId", "There is no such site."));
        var declared = new Dictionary<string, MetricKind>(StringComparer.Ordinal);
        foreach (var name in command.Metrics.Values.Keys)
            if (MetricDefinition.IsName(name) && !MetricDefinition.BuiltIn.ContainsKey(name)
                && (await session.Events.AggregateStreamAsync<MetricDefinition>(MetricDefinition.IdOf(name), cancel: cancel)).State.Kind is { } kind)
                declared.Add(name, kind);
        var decision = RecordMetrics.Decide(command, declared);
        session.Events.Append<MetricRecord>(id, decision.Events);
        return new Handled(id, 0, decision.Rejection);
    }
}
