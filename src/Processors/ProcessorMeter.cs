using System.Diagnostics.Metrics;
using Platform.EventStore;

namespace Platform.Processors;

/// <summary>What processors measure of themselves, by the names of OpenTelemetry.</summary>
public static class ProcessorMeter
{
    public const string Name = "Platform.Processors";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> TrackedEvents = Meter.CreateCounter<long>("platform.tracking.events", "{event}", "Visitors' events that were sent to this process, by what became of them");

    private static readonly Counter<long> PreferenceCookies = Meter.CreateCounter<long>("platform.preference_cookies", "{cookie}", "Preference cookies that browsers sent, by what became of them");

    private static readonly Histogram<double> DeliveryDuration = Meter.CreateHistogram(
        "platform.webhook.delivery.duration", "s", "How long receivers of webhooks took to answer, or not to", advice: StoreMeter.Seconds);

    private static readonly Histogram<double> MailDuration = Meter.CreateHistogram(
        "platform.mail.delivery.duration", "s", "How long the mail server took to take mails, or not to", advice: StoreMeter.Seconds);

    private static readonly Histogram<double> RankingDuration = Meter.CreateHistogram(
        "platform.recommender.remote.duration", "s", "How long it took until it was clear whether a recommendation service ranks, by what became of it", advice: StoreMeter.Seconds);

    internal static void Tracked(int accepted, int duplicates)
    {
        TrackedEvents.Add(accepted, KeyValuePair.Create<string, object?>("platform.outcome", "accepted"));
        TrackedEvents.Add(duplicates, KeyValuePair.Create<string, object?>("platform.outcome", "duplicate"));
    }

    /// <param name="outcome">read, or why it was ignored: forged, expired or oversized.</param>
    public static void PreferenceCookie(string outcome) => PreferenceCookies.Add(1, KeyValuePair.Create<string, object?>("platform.outcome", outcome));

    internal static void Mailed(long milliseconds, bool isTaken) =>
        MailDuration.Record(milliseconds / 1_000.0, KeyValuePair.Create<string, object?>("platform.outcome", isTaken ? "taken" : "failed"));

    /// <param name="duration">Until it was clear.</param>
    /// <param name="outcome">answered, cached, timeout, failed, open or budget.</param>
    internal static void Ranked(TimeSpan duration, string outcome) =>
        RankingDuration.Record(duration.TotalSeconds, KeyValuePair.Create<string, object?>("platform.outcome", outcome));

    internal static void Delivered(long milliseconds, bool isTaken) =>
        DeliveryDuration.Record(milliseconds / 1_000.0, KeyValuePair.Create<string, object?>("platform.outcome", isTaken ? "taken" : "failed"));
}
