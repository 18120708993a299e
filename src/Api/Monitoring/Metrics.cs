using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Processors.Identity;
using Platform.Projections.Security;

namespace Platform.Api.Monitoring;

/// <summary>What Prometheus scrapes, in its text format 0.0.4: the log's size, each projection's lag and state, each subscription's lag and queue, erasures, denied attempts, the process's memory; then all that is measured by meters.</summary>
internal static class Metrics
{
    public static async Task WriteAsync(HttpContext http, IDocumentStore store, PublishedLog log, DenialWriter denials, PersonalData personal, AccessModels access, Instruments instruments)
    {
        var text = new PrometheusText();
        var shard = await log.ShardAsync(http.RequestAborted);
        // What is retired, superseded or being built isn't what readers of this release see: nothing to be woken for.
        var projections = (await ProjectionStatus.AllAsync(store.Options.Database, http.RequestAborted)).Where(p => p.State is "live" or "paused" or "failed" or "rejected").ToList();
        text.Family("platform_log_events_total", "Events that have their place in the log", "counter", [("", await store.QuerySession("").Events.LogSizeAsync(http.RequestAborted))]);
        var head = await log.HeadAsync(http.RequestAborted);
        text.Family("platform_log_signed_size", "Entries that the last signed checkpoint covers", "gauge", [("", head?.Size ?? 0)]);
        text.Family("platform_log_cosigned_size", "Entries that the last checkpoint with a quorum of witnesses covers", "gauge", [("", head?.CosignedSize ?? 0)]);
        text.Family("platform_log_alarm", "1 while the log isn't signed; /health/ready says why", "gauge", [("", await log.AlarmAsync(http.RequestAborted) is null ? 0 : 1)]);
        text.Family("platform_projection_lag", "Events of the log that a read model doesn't have yet", "gauge", projections.Where(p => p.State != "rejected").Select(p => (Label(p, shard), (double)p.Lag)));
        text.Family("platform_projection_failed", "1 while a read model stands still because of an error", "gauge", projections.Select(p => (Label(p, shard), p.State == "failed" ? 1.0 : 0)));
        text.Family("platform_projection_lag_seconds", "Age of the oldest event of the log that a read model doesn't have yet", "gauge", projections.Where(p => p.LagSeconds is not null).Select(p => (Label(p, shard), p.LagSeconds!.Value)));
        text.Family("platform_projection_paused", "1 while a read model stands still by an operator's word", "gauge", projections.Select(p => (Label(p, shard), p.State == "paused" ? 1.0 : 0)));
        text.Family("platform_projection_rejected", "1 while a newer version of a read model isn't put in place, because events couldn't be applied", "gauge", projections.Select(p => (Label(p, shard), p.State == "rejected" ? 1.0 : 0)));
        text.Family("platform_projection_parked", "Events that couldn't be applied to a read model", "gauge", projections.Select(p => (Label(p, shard), (double)p.Parked)));
        text.Family("platform_projection_held", "Later events of their streams, which wait for them", "gauge", projections.Select(p => (Label(p, shard), (double)p.Held)));
        var subscriptions = await SubscriptionStatus.AllAsync(store.Options.Database, http.RequestAborted);
        text.Family("platform_subscription_lag", "Events of the log that a subscription hasn't routed yet", "gauge", subscriptions.Select(s => (Label(s, shard), (double)s.Lag)));
        text.Family("platform_subscription_waiting", "Deliveries that a subscription has still to make", "gauge", subscriptions.Select(s => (Label(s, shard), (double)s.Waiting)));
        text.Family("platform_subscription_dead_letters", "Deliveries that a subscription gave up", "gauge", subscriptions.Select(s => (Label(s, shard), (double)s.Dead)));
        text.Family("platform_subscription_failed", "1 while a subscription stands still because of an error", "gauge", subscriptions.Select(s => (Label(s, shard), s.Error is null ? 0.0 : 1)));
        // In a roll-out a node of this release may be asked before one that projects has made the model.
        if (projections.Exists(p => p.Name == SubjectDetails.ReadModel))
        {
            var (open, overdue) = await SubjectDetails.CountOpenAsync(store, store.Options.Time.GetUtcNow(), http.RequestAborted);
            text.Family("platform_erasures_open", "Erasures of data subjects that await approval or are under way", "gauge", [("", open)]);
            text.Family("platform_erasures_overdue", "Those of them whose deadline has passed", "gauge", [("", overdue)]);
        }
        if (projections.Exists(p => p.Name == IsolationProbeDetails.ReadModel)
            && await IsolationProbeDetails.LatestAsync(store.QuerySession(DocumentStore.PlatformTenant), http.RequestAborted) is { FinishedAt: { } probed } probe)
        {
            text.Family("platform_isolation_findings", "Ways by which tenants would come at each other's data, as the last probe found", "gauge", [("", probe.FindingCount)]);
            text.Family("platform_isolation_probed_seconds", "When that was, in seconds since 1970", "gauge", [("", probed.ToUnixTimeSeconds())]);
        }
        text.Family("platform_denials_written_total", "Events of denied attempts that this process wrote", "counter", [("", denials.Written)]);
        text.Family("platform_denials_dropped_total", "Denied attempts of this process that the ledger doesn't tell of", "counter", [("", denials.Dropped)]);
        text.Family("platform_personal_texts_misplaced_total", "Texts about people that this process found where they weren't sealed, and didn't open", "counter", [("", personal.Misplaced)]);
        text.Family("platform_access_tenants", "Tenants whose grants this process has in memory", "gauge", [("", access.Count)]);
        text.Family("process_resident_memory_bytes", "Resident memory", "gauge", [("", Environment.WorkingSet)]);
        instruments.WriteTo(text);
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    private static string Label(ProjectionStatus p, string shard) => $"{{projection=\"{p.Name}\",generation=\"{p.Generation}\",shard=\"{shard}\"}}";

    private static string Label(SubscriptionStatus s, string shard) => $"{{subscription=\"{s.Name}\",shard=\"{shard}\"}}";
}
