using Platform.Api.Http;
using Platform.Domain.Analytics;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>For how long visitors' events are kept one by one.</summary>
public static class VisitorRetentionEndpoints
{
    private static readonly VisitorRetentions Details = new();

    public static void MapVisitorRetention(this RouteGroupBuilder api)
    {
        var retention = api.MapGroup("/analytics/retention-policy").WithTags("Analytics");
        retention.MapReplace("/", AnalyticsBodies.Default.VisitorRetentionBody, (body, to) => new SetVisitorRetention(body.Days, to.Now), (command, session, cancel) =>
                session.DecideAsync<VisitorRetention>(VisitorRetention.Id, state => SetVisitorRetention.Decide(command, state), cancel))
            .Requires(Permission.PrivacyManage).Describe("SetVisitorRetention", "Say for how long visitors' events are kept one by one",
                "What is older is let go of once a day, from a day after it's said: then only sums of it are left. What the ledger has stays.");
        retention.MapGet("/", GetAsync).Requires(Permission.AnalyticsRead).Resource<VisitorRetentionDetails>()
            .Describe("GetVisitorRetention", "For how long visitors' events are kept one by one", "Version 0: nothing was said, and they are kept for good.");
    }

    private static Task<IResult> GetAsync(HttpContext http, IDocumentStore store) =>
        Reading.SettingAsync(http, store, Details, VisitorRetention.Id, VisitorRetentionDetails.Usual, retention => retention.Version, AnalyticsReadJson.Default.VisitorRetentionDetails);
}
