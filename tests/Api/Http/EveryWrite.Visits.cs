using Platform.Api.Tests.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Http;

// What visitors do, and what is measured elsewhere.
public sealed partial class EveryWrite
{
    private static readonly object[] Filters = [new { dimension = "device", values = new[] { "mobile" } }];

    private async Task VisitAsync()
    {
        await DoAsync("DeclareMetric", new { name = $"m_{Mark}", kind = "count" });
        await DoAsync("DefineSegment", new { name = $"{Mark} to go", filters = Filters });
        await DoAsync("ArchiveSegment");
        await DoAsync("DefineSegment", new { name = $"{Mark} phones", filters = Filters });
        await DoAsync("ChangeSegment", new { name = $"{Mark} handsets", filters = Filters });
        await DoAsync("DefineFlag", new { key = $"{Mark}-old", name = $"{Mark} old", kind = "boolean", @default = false });
        await DoAsync("ArchiveFlag");
        await DoAsync("DefineFlag", new { key = $"{Mark}-new", name = $"{Mark} new", kind = "boolean", @default = false });
        await DoAsync("ChangeFlag", new { name = $"{Mark} newer", kind = "boolean", @default = true });
        await DoAsync("KillFlag", new { reason = $"{Mark} fails" });
        await DoAsync("ReviveFlag");
        await DoAsync("SetRecommendationRules", new { pinned = new[] { _ids["/api/content"] } });
        await DoAsync("SetRecommendationService", new { url = $"https://{Mark}.example.org/rank", siteIds = new[] { _ids["/api/sites"] } });
        await ExperimentAsync();
        await DoAsync("SetVisitorRetention", new { days = 400 });
        var (site, day) = (_ids["/api/sites"], DateTime.UtcNow.AddDays(-2).ToString("yyyy-MM-dd", null));
        _ids["{date}"] = day;
        await DoAsync("ScheduleReport", new { siteId = site, name = $"{Mark} to go", hour = 5 });
        await DoAsync("EndReport");
        await DoAsync("ScheduleReport", new { siteId = site, name = $"{Mark} mornings", hour = 5 });
        await DoAsync("ChangeReport", new { name = $"{Mark} evenings", hour = 23 });
        await DoAsync("MakeSummary");
        await DoAsync("ResendSummary");
        await DoAsync("RecordMetrics", new { page_views = 150, load_time = 420 });
        var host = $"{Mark}.example";
        await DoAsync("ReplayTrack", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{host}/{Mark}", at = DateTimeOffset.UtcNow.AddDays(-1), userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" });
        await App.ClaimAsync(host, Tenant, Guid.Parse(_ids["/api/sites"]));
        _visitor = new HttpClient { BaseAddress = App.Url };
        _visitor.DefaultRequestHeaders.Host = host;
        await DoAsync("Track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{host}/" }, sent: _visitor);
        await KnowVisitorsAsync();
        await RuleAsync(site);
        await EraseVisitorsAsync(host);
    }

    private async Task RuleAsync(string site)
    {
        var actions = new[] { new { kind = "attribute", name = "tone", value = "warm" } };
        await DoAsync("DefineRule", new { siteId = site, key = $"{Mark}-old", name = $"{Mark} old" });
        await DoAsync("ArchiveRule");
        await DoAsync("DefineRule", new { siteId = site, key = $"{Mark}-new", name = $"{Mark} new" });
        await DoAsync("ChangeRule", new { name = $"{Mark} newer", actions });
        await DoAsync("PublishRule");
        await DoAsync("WithdrawRule");
        await DoAsync("SetRulePolicy", new { fourEyes = true });
        await DoAsync("PublishRule");
        await DoAsync("RefuseRule", new { reason = $"{Mark} is too loud" });
        await DoAsync("PublishRule");
        await DoAsync("ApproveRule", sent: _second);
    }

    private async Task KnowVisitorsAsync()
    {
        var cookie = Guid.NewGuid();
        await DoAsync("SetProfileSettings", new { dimensions = new[] { new { name = $"m_{Mark}", prop = "topic", halfLifeDays = 7 } } });
        await DoAsync("IdentifyVisitor", new { visitor = cookie, person = Mark });
        await DoAsync("SetOwnPreferences", new { visitor = cookie, preferences = new Dictionary<string, string> { [$"m_{Mark}"] = "de" } }, sent: _visitor);
        _ids["/api/personalization/visitors"] = (string)(await App.Database.OwnerConnectionString.QueryAsync($"select visitor_id::text from read.visitor_choices where tenant_id = '{Tenant}' limit 1"))!;
    }

    // One with a cookie, and one by number; a third can still be seen.
    private async Task EraseVisitorsAsync(string host)
    {
        var cookie = Guid.NewGuid();
        await DoAsync("Track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{host}/", visitor = cookie }, sent: _visitor);
        await DoAsync("EraseVisitor", new { visitor = cookie }, sent: _visitor);
        _ids["/api/analytics/visitors"] = await VisitorAsync("desc");
        await DoAsync("EraseVisitorByNumber");
        _ids["/api/analytics/visitors"] = await VisitorAsync("asc");

        async Task<string> VisitorAsync(string order)
        {
            foreach (var model in new[] { "hits", "visits" })
                (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
            await using var command = Owner.CreateCommand($"select visitor_id::text from read.hits where tenant_id = '{Tenant}' order by at {order} limit 1");
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    private async Task GroupsAsync(string user)
    {
        await DoAsync("DefineGroup", new { name = $"{Mark} to go" });
        await DoAsync("RemoveGroup");
        await DoAsync("DefineGroup", new { name = $"{Mark} group" });
        await DoAsync("ChangeGroup", new { name = $"{Mark} group", externalId = $"g-{Mark}" });
        var membership = new { groupId = _ids["/api/groups"] };
        await DoAsync("JoinGroup", membership);
        await DoAsync("LeaveGroup", membership);
        await DoAsync("JoinGroup", membership);
        await DoAsync("RegisterUser", new { name = $"{Mark} Bea", email = $"bea-{Mark}@example.org" });
        await DoAsync("RemoveUser");
        _ids["/api/users"] = user;
    }
}
