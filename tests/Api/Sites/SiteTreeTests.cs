using Platform.Processors;

namespace Platform.Api.Tests.Sites;

public sealed class SiteTreeTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Sites_are_listed_below_their_parent()
    {
        var top = await Admin.SiteAsync("top.example.org");
        var (a, b) = (await Admin.SiteAsync("a.example.org", top), await Admin.SiteAsync("b.example.org", top));
        var below = (await Admin.PostAsync("/api/sites", new { name = "below", domain = "below.example.org", parentId = a })).ShouldBe(201).Receipt;
        (await ChildrenAsync(top, below.Events[0].Sequence)).ShouldBe([a, b]);
        (await ChildrenAsync(a, below.Events[0].Sequence)).ShouldBe([below.StreamId]);
    }

    [Fact]
    public async Task A_site_can_be_moved_and_put_at_the_top()
    {
        var (a, b) = (await Admin.SiteAsync("a.example.org"), await Admin.SiteAsync("b.example.org"));
        var moved = await MoveAsync(b, "b.example.org", a);
        moved.ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("sites.site-moved");
        (await Admin.AskAsync($"/api/sites/{b}")).Json.GetProperty("parentId").GetGuid().ShouldBe(a);
        var lifted = (await MoveAsync(b, "b.example.org", null)).ShouldBe(200).Receipt;
        (await Admin.AskAsync($"/api/sites/{b}")).Json.TryGetProperty("parentId", out _).ShouldBeFalse();
        (await ChildrenAsync(a, lifted.Events[0].Sequence)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_site_cannot_be_below_itself()
    {
        var a = await Admin.SiteAsync("a.example.org");
        var b = await Admin.SiteAsync("b.example.org", a);
        var c = await Admin.SiteAsync("c.example.org", b);
        foreach (var parent in new[] { a, b, c })
            await RefusedAsync(() => MoveAsync(a, "a.example.org", parent), 422, "invalid", "parentId");
    }

    [Fact]
    public async Task Sites_nest_16_deep_and_no_deeper()
    {
        Guid? parent = null;
        for (var depth = 1; depth <= 16; depth++)
            parent = await Admin.SiteAsync($"d{depth}.example.org", parent);
        await RefusedAsync(() => Admin.PostAsync("/api/sites", new { name = "d17", domain = "d17.example.org", parentId = parent }), 422, "invalid", "parentId");
    }

    [Fact]
    public async Task A_tree_cannot_be_moved_where_its_lowest_site_would_be_too_deep()
    {
        Guid? parent = null;
        for (var depth = 1; depth <= 15; depth++)
            parent = await Admin.SiteAsync($"d{depth}.example.org", parent);
        var a = await Admin.SiteAsync("a.example.org");
        var below = (await Admin.PostAsync("/api/sites", new { name = "b", domain = "b.example.org", parentId = a })).Receipt;
        await ChildrenAsync(a, below.Events[0].Sequence);
        await RefusedAsync(() => MoveAsync(a, "a.example.org", parent), 422, "invalid", "parentId");
        (await MoveAsync(below.StreamId, "b.example.org", parent)).ShouldBe(200);
    }

    private Task<Answer> MoveAsync(Guid site, string domain, Guid? parent) => Admin.PutAsync($"/api/sites/{site}", new { name = domain, domain, parentId = parent });

    private async Task<IEnumerable<Guid>> ChildrenAsync(Guid parent, long after) =>
        (await Admin.AskAsync($"/api/sites?parentId={parent}&after={after}")).ShouldBe(200).Items.Select(s => s.GetProperty("id").GetGuid());
}
