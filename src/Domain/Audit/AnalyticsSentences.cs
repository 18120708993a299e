using Platform.Domain.Analytics;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of analytics say.</summary>
internal static class AnalyticsSentences
{
    public static string? Find(object @event) => @event switch
    {
        AnalystAccessGranted e => $"Gave analysts a login to the tenant's views: {Quoted(e.Purpose.TrimEnd('.'))}.",
        AnalystPasswordRotated e => $"Gave the analysts' login another password: {Quoted(e.Purpose.TrimEnd('.'))}.",
        AnalystAccessRevoked e => $"Took the analysts' login away: {Quoted(e.Reason.TrimEnd('.'))}.",
        _ => null,
    };
}
