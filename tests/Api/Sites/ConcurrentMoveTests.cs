using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Sites;

namespace Platform.Api.Tests.Sites;

public sealed class ConcurrentMoveTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Two_sites_that_move_below_each_other_at_once_make_no_circle()
    {
        for (var round = 0; round < 15; round++)
        {
            var (a, b) = (await Admin.SiteAsync($"a{round}.example"), await Admin.SiteAsync($"b{round}.example"));

            var answers = await Task.WhenAll(MoveAsync(a, $"a{round}.example", b), MoveAsync(b, $"b{round}.example", a));

            answers.Select(answer => answer.Status).Order().ShouldBe([200, 422]);
            answers.Single(answer => answer.Status == 422).ShouldBeProblem(422, "invalid", "parentId");
        }
    }

    [Theory]
    [InlineData("start")]
    [InlineData("set-up")]
    [InlineData("restore")]
    public async Task A_parent_that_is_archived_at_the_same_moment_gets_no_site_below_it(string how)
    {
        var (parent, child, cancel) = (await Admin.SiteAsync(), Guid.CreateVersion7(), TestContext.Current.CancellationToken);
        var domain = $"{child:n}.example";
        if (how == "restore")
        {
            child = (await Admin.PostAsync("/api/sites", new { name = "Below", domain, parentId = parent })).ShouldBe(201).Receipt.StreamId;
            (await Admin.PostAsync($"/api/sites/{child}/archive")).ShouldBe(200);
        }
        var session = App.Store.LightweightSession(new SessionOptions(Tenant));
        (how switch
        {
            "start" => await SiteCommands.Create(new CreateSite(child, "Below", domain, Fields.Empty, parent), session, cancel),
            "set-up" => await SiteCommands.SetUp(new SetUpSite([new NewSite(child, "Below", domain, [], Fields.Empty, Fields.Empty, [])], parent, null, null), session, cancel),
            _ => await SiteCommands.Restore(new RestoreSite(child), session, cancel),
        }).Rejection.ShouldBeNull();

        (await Admin.PostAsync($"/api/sites/{parent}/archive")).ShouldBe(200);

        (await Should.ThrowAsync<UnexpectedVersionException>(session.SaveChangesAsync(cancel))).StreamId.ShouldBe(parent);
    }

    private Task<Answer> MoveAsync(Guid site, string domain, Guid parent) =>
        Admin.PutAsync($"/api/sites/{site}", new { name = "moved", domain, parentId = parent });
}
