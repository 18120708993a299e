using Platform.Api.Analytics;
using Platform.Api.Sites;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>An answer stands until a read model went on.</summary>
public sealed class BehaviourAnswersTests(SharedApp shared)
{
    private static readonly BehaviourQuery Query = new([], new(2020, 6, 1), new(2020, 6, 30), "Etc/UTC", ["page_views"], ["page"], [], false, 10);

    [Fact]
    public async Task The_same_question_is_answered_from_memory_until_something_happened()
    {
        var tenant = TenantEndpoints.NewId();
        using var admin = shared.App.Client("admin", tenant);
        var site = await admin.SiteAsync();
        using var answers = new BehaviourAnswers();
        await HappenAsync();
        // Other tests' events move the log as well: what is asked twice without one between is the same object.
        await Until.HoldsAsync(async () => ReferenceEquals((await AskAsync(Query)).Rows[0], (await AskAsync(Query)).Rows[0]));
        (await AskAsync(Query)).Totals.ShouldBe([1]);
        await HappenAsync();
        (await AskAsync(Query)).Totals.ShouldBe([2]);
        // Filters are told apart, whatever their texts have in them.
        (await AskAsync(Query with { Filters = [new("page", ["/"])] })).Totals.ShouldBe([2]);
        (await AskAsync(Query with { Filters = [new("page", ["/"], IsNegated: true)] })).Totals.ShouldBe([0]);
        (await AskAsync(Query with { Filters = [new("page", ["/1:/"])] })).Totals.ShouldBe([0]);
        (await AskAsync(Query with { SiteIds = [Guid.NewGuid()] })).Totals.ShouldBe([0]);

        Task<BehaviourAnswer> AskAsync(BehaviourQuery query) => answers.FindAsync(shared.App.Store, tenant, query, CancellationToken.None);

        async Task HappenAsync()
        {
            (await admin.PostAsync($"/api/sites/{site}/track", new { id = Guid.NewGuid(), name = "page_view", url = "https://a.example/", at = "2020-06-02T00:00:00Z", visitor = "ann", userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" })).ShouldBe(200);
            foreach (var model in BehaviourAnswer.ModelsOf(Query))
                (await shared.App.Store.QuerySession(tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        }
    }
}
