using System.Text.Json;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Sites;

namespace Platform.Api.Analytics;

/// <summary>Sites in a chart have their domains, which people know, in place of ids.</summary>
internal static class ChartSites
{
    private const string Site = "site";

    /// <summary>The answer with domains for the sites that come first; what there is no domain for stays.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="asked">As answered.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ChartAnswer> NamedAsync(IQuerySession session, ChartAnswer asked, CancellationToken cancel)
    {
        if (asked.Query.Dimensions.IndexOf(Site) is not (>= 0 and var at))
            return asked;
        // No chart has more of them than the most that bars have.
        var ids = asked.Answer.Rows.Select(row => row.Dimensions[at]).Distinct().Take(BarChart.Most).Select(Guid.Parse).ToList();
        var sites = await SiteDetails.ListAsync(session, null, null, ids, Guid.Empty, ids.Count, cancel);
        var domains = sites.Items.ToDictionary(site => site.Key, site => JsonSerializer.Deserialize(site.Json, SitesReadJson.Default.SiteDetails)!.Domain, StringComparer.Ordinal);
        return asked with { Answer = Named(asked.Answer, at), Totals = asked.Totals is { } totals ? Named(totals, 0) : null };

        BehaviourAnswer Named(BehaviourAnswer answer, int dimension) => answer with
        {
            Rows = [.. answer.Rows.Select(row => domains.TryGetValue(row.Dimensions[dimension], out var domain) ? row with { Dimensions = row.Dimensions.SetItem(dimension, domain) } : row)],
        };
    }
}
