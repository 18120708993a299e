using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>Something that a visitor did who agreed to be recognised.</summary>
/// <param name="EventId">The event in the ledger.</param>
/// <param name="SiteId">Where.</param>
/// <param name="At">When it happened.</param>
/// <param name="Name">page_view, engagement, web_vital, consent, or the site's own word.</param>
/// <param name="Page">Path of the page.</param>
/// <param name="Device">desktop, mobile, tablet, tv or other.</param>
/// <param name="Referrer">Host that led there.</param>
/// <param name="Campaign">What the link said of itself.</param>
/// <param name="Country">Two letters.</param>
/// <param name="Browser">Family.</param>
/// <param name="System">Operating system.</param>
/// <param name="Props">Of a page view or an event of the site's own: what the site says of it.</param>
/// <param name="Consents">Of consent: whether it was given.</param>
public sealed record VisitorAct(
    Guid EventId, Guid SiteId, DateTimeOffset At, string Name, string Page, string Device, string? Referrer = null, Campaign? Campaign = null, string? Country = null, string? Browser = null,
    string? System = null, Fields? Props = null, bool? Consents = null)
{
    private const string None = "(none)";

    /// <summary>How often a condition's behaviour is among them, in the days before a moment.</summary>
    public static int Times(ImmutableArray<VisitorAct> acts, BehaviourCondition behaviour, DateTimeOffset now)
    {
        var (from, times) = (behaviour.Days is { } days ? now.AddDays(-days) : DateTimeOffset.MinValue, 0);
        foreach (var act in acts)
            if (act.At >= from && act.At <= now && (behaviour.Event is null || act.Name == behaviour.Event) && (behaviour.Page is null || act.Page == behaviour.Page)
                && (behaviour.SiteId is null || act.SiteId == behaviour.SiteId))
                times++;
        return times;
    }

    /// <summary>Whether whoever did them is in a segment: something they did is what its filters leave, and its conditions hold.</summary>
    /// <param name="filters">The segment's: one act passes all of them.</param>
    /// <param name="conditions">The segment's: all of them hold.</param>
    /// <param name="acts">Of the visitor.</param>
    /// <param name="now">When.</param>
    public static bool AreOf(IReadOnlyList<BehaviourFilter> filters, IReadOnlyList<BehaviourCondition> conditions, ImmutableArray<VisitorAct> acts, DateTimeOffset now)
    {
        foreach (var condition in conditions)
            if (!condition.Admits(Times(acts, condition, now)))
                return false;
        foreach (var act in acts)
            if (act.At <= now && act.Passes(filters)) return true;
        return false;
    }

    private bool Passes(IReadOnlyList<BehaviourFilter> filters)
    {
        foreach (var filter in filters)
            if (filter.Values.Contains(ValueOf(filter.Dimension) ?? None) == filter.IsNegated) return false;
        return true;
    }

    // Dimensions as questions name them; those of whole visits, and whatever else, an event has no value of.
    private string? ValueOf(string dimension) => dimension switch
    {
        "site" => SiteId.ToString(),
        "page" => Page,
        "event" => Name,
        "referrer" => Referrer,
        "campaign_source" => Campaign?.Source,
        "campaign_medium" => Campaign?.Medium,
        "campaign" => Campaign?.Name,
        "country" => Country,
        "device" => Device,
        "browser" => Browser,
        "system" => System,
        _ => null,
    };
}
