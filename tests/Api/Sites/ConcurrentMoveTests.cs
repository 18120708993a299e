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

    private Task<Answer> MoveAsync(Guid site, string domain, Guid parent) =>
        Admin.PutAsync($"/api/sites/{site}", new { name = "moved", domain, parentId = parent });
}
