using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.Processors.Analytics;

namespace Platform.Api.Analytics;

/// <summary>Metrics that are measured elsewhere: which there are, and their values.</summary>
public static class MetricEndpoints
{
    private const string Site = "siteId";

    public static void MapMetrics(this RouteGroupBuilder api)
    {
        api.MapGroup("/analytics/metrics").WithTags("Analytics")
            .MapVerb("/", AnalyticsBodies.Default.Fields, (body, _) => Bind(body), MetricCommands.Record)
            .Requires(Permission.AnalyticsRecord).OfSiteIn<RecordMetrics>("the site that the body names", command => command.SiteId)
            .Describe("RecordMetrics", "Record values of metrics",
                "Members are metrics: page_views (a whole number), load_time (milliseconds), and those that the tenant declared; at most 50. siteId says of which site; without it they are the tenant's.");
        api.MapGroup("/analytics/metric-definitions").WithTags("Analytics")
            .MapStart("/", AnalyticsBodies.Default.MetricBody, (body, _) => new DeclareMetric(body.Name ?? "", KindOf(body.Kind)), MetricCommands.Declare)
            .Requires(Permission.AnalyticsManage).Describe("DeclareMetric", "Declare a metric of the tenant's own", "Its kind stays as it is; declared again the same way nothing changes.");
    }

    private static RecordMetrics Bind(Fields body)
    {
        if (body.Find(Site) is not { ValueKind: not JsonValueKind.Null } site)
            return new RecordMetrics(null, new Fields(body.Values.Remove(Site)));
        return site.ValueKind is JsonValueKind.String && site.TryGetGuid(out var id)
            ? new RecordMetrics(id, new Fields(body.Values.Remove(Site)))
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, Site, "The value has the wrong type: a UUID is needed."));
    }

    private static MetricKind KindOf(string? kind) => kind switch
    {
        "count" => MetricKind.Count,
        "milliseconds" => MetricKind.Milliseconds,
        "number" => MetricKind.Number,
        "boolean" => MetricKind.Boolean,
        "text" => MetricKind.Text,
        _ => throw new ProblemException(Problem.Field(ProblemKind.Invalid, "kind", "Must be count, milliseconds, number, boolean or text.")),
    };
}
