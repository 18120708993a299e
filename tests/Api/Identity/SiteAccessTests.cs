namespace Platform.Api.Tests.Identity;

/// <summary>Grants on sites: inherited down the tree, cut off by denials, ended by time and revocation.</summary>
public sealed class SiteAccessTests(SharedApp shared) : PeopleOverHttp(shared)
{
    private sealed record Tree(Guid Top, Guid Middle, Guid Leaf, Guid Other);

    private async Task<Tree> TreeAsync()
    {
        var top = await Admin.ArticleSiteAsync();
        var middle = await Admin.SiteAsync("middle.example.org", top);
        return new Tree(top, middle, await Admin.SiteAsync("leaf.example.org", middle), await Admin.SiteAsync("other.example.org"));
    }

    private async Task<HttpClient> EditorAsync(string subject, params Guid[] sites)
    {
        var user = await RegisterAsync(subject);
        foreach (var site in sites)
            await GrantAsync(user, "editor", site);
        var client = SignIn(subject);
        await UntilAsync(() => client.AskAsync($"/api/sites/{sites[^1]}"), 200);
        return client;
    }

    [Fact]
    public async Task A_grant_on_a_site_holds_there_and_below_and_nowhere_else()
    {
        var tree = await TreeAsync();
        var ann = await EditorAsync("ann", tree.Middle);
        foreach (var site in new[] { tree.Middle, tree.Leaf })
        {
            (await ann.AskAsync($"/api/sites/{site}")).ShouldBe(200);
            (await ann.AskAsync($"/api/sites/{site}/content")).ShouldBe(200);
            var item = await ann.ArticleAsync(site, $"of-{site:n}");
            (await ann.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
            (await ann.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
            (await ann.AskAsync($"/api/content/{item}/history")).ShouldBe(200);
        }
        foreach (var site in new[] { tree.Top, tree.Other })
        {
            (await ann.AskAsync($"/api/sites/{site}")).ShouldBeProblem(403, "forbidden");
            (await ann.AskAsync($"/api/sites/{site}/content")).ShouldBeProblem(403, "forbidden");
            await RefusedAsync(() => ann.PostAsync("/api/content", Examples.NewArticle(site, "mine")), 403, "forbidden");
            var item = await Admin.ArticleAsync(site, "theirs");
            (await ann.AskAsync($"/api/content/{item}")).ShouldBeProblem(403, "forbidden");
            (await ann.AskAsync($"/api/content/{item}/history")).ShouldBeProblem(403, "forbidden");
            await RefusedAsync(() => ann.PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine"}}"""), 403, "forbidden");
            await RefusedAsync(() => ann.PostAsync($"/api/content/{item}/publish"), 403, "forbidden");
        }
        (await ann.AskAsync($"/api/content/{Guid.CreateVersion7()}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_grant_on_a_site_configures_it_and_those_below_and_nothing_else()
    {
        var tree = await TreeAsync();
        (await Admin.PostAsync("/api/roles", new { name = "configurer", permissions = new[] { "sites.read", "configuration.edit" } })).ShouldBe(201);
        var ann = await RegisterAsync("ann");
        await GrantAsync(ann, "configurer", tree.Middle);
        var client = SignIn("ann");
        const string Suffix = """{"values":{"seo.title-suffix":" | Ann"}}""";
        await UntilAsync(() => client.PostAsync($"/api/sites/{tree.Middle}/config/set", Suffix), 200);
        (await client.PostAsync($"/api/sites/{tree.Leaf}/config/lock", """{"keys":["seo.title-suffix"]}""")).ShouldBe(200);
        (await client.AskAsync($"/api/sites/{tree.Leaf}/config")).ShouldBe(200);
        foreach (var level in new[] { $"/api/sites/{tree.Top}", $"/api/sites/{tree.Other}", "/api/tenant" })
        {
            (await client.AskAsync($"{level}/config")).ShouldBeProblem(403, "forbidden");
            await RefusedAsync(() => client.PostAsync($"{level}/config/set", Suffix), 403, "forbidden");
        }
    }

    [Fact]
    public async Task Lists_show_what_the_callers_sites_have_and_search_asks_for_one()
    {
        var tree = await TreeAsync();
        var ann = await EditorAsync("ann", tree.Middle);
        var (mine, theirs) = (await Admin.ArticleAsync(tree.Leaf, "mine"), await Admin.ArticleAsync(tree.Top, "theirs"));
        var last = (await Admin.PostAsync($"/api/content/{theirs}/archive")).ShouldBe(200).Receipt.Events[^1].Sequence;
        (await ann.AskAsync($"/api/content?after={last}")).ShouldBe(200).Items.Select(i => i.GetProperty("id").GetGuid()).ShouldBe([mine]);
        (await ann.AskAsync($"/api/content?siteId={tree.Leaf}")).ShouldBe(200).Items.Count.ShouldBe(1);
        (await ann.AskAsync($"/api/content?siteId={tree.Top}")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync("/api/sites")).ShouldBe(200).Items.Select(s => s.GetProperty("id").GetGuid()).Order().ShouldBe(new[] { tree.Middle, tree.Leaf }.Order());
        (await ann.AskAsync("/api/content/search?q=first&locale=en")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync($"/api/content/search?q=first&locale=en&siteId={tree.Leaf}")).ShouldBe(200);
        (await ann.AskAsync($"/api/content/search?q=first&locale=en&siteId={tree.Other}")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync("/api/content-types")).ShouldBe(200).Items.Count.ShouldBe(1);
        (await ann.AskAsync("/api/releases")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync($"/api/content/{mine}/view?state=draft")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task Grants_on_several_sites_add_up_and_an_item_is_placed_only_where_one_may()
    {
        var tree = await TreeAsync();
        var ann = await EditorAsync("ann", tree.Middle, tree.Other);
        var item = await ann.ArticleAsync(tree.Leaf);
        (await ann.PostAsync($"/api/content/{item}/place", new { siteId = tree.Other })).ShouldBe(200);
        await RefusedAsync(() => ann.PostAsync($"/api/content/{item}/place", new { siteId = tree.Top }), 403, "forbidden");
        var bea = await EditorAsync("bea", tree.Other);
        (await bea.AskAsync($"/api/content/{item}")).ShouldBe(200);
        await RefusedAsync(() => bea.PutAsync($"/api/content/{item}", """{"fields":{"title":"Mine"}}"""), 403, "forbidden");
    }

    [Fact]
    public async Task Each_command_of_many_is_let_in_by_its_own_site()
    {
        var tree = await TreeAsync();
        var ann = await EditorAsync("ann", tree.Middle);
        var (mine, theirs) = (await Admin.ArticleAsync(tree.Leaf, "mine"), await Admin.ArticleAsync(tree.Top, "theirs"));
        var answer = (await ann.PostAsync("/api/content/bulk", new
        {
            commands = new object[]
            {
                new { verb = "publish", id = mine }, new { verb = "publish", id = theirs }, new { verb = "create", body = Examples.NewArticle(tree.Leaf, "one") },
                new { verb = "create", body = Examples.NewArticle(tree.Other, "two") }, new { verb = "place", id = mine, body = new { siteId = tree.Other } }, new { verb = "publish", id = Guid.CreateVersion7() },
            },
        })).ShouldBe(200);
        answer.Json.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetInt32()).ShouldBe([200, 403, 201, 403, 403, 404]);
    }

    [Fact]
    public async Task Who_has_a_grant_on_the_items_site_is_told_in_bulk_too_what_others_changed()
    {
        var tree = await TreeAsync();
        var ann = await EditorAsync("ann", tree.Middle);
        var item = await Admin.ArticleAsync(tree.Leaf, "mine");
        (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Theirs"}}""")).ShouldBe(200);
        var late = new { fields = new { title = "Late" } };
        var alone = await ann.PutAsync($"/api/content/{item}", late, ("If-Match", "\"1\""));
        var answer = (await ann.PostAsync("/api/content/bulk", new { commands = new object[] { new { verb = "edit", id = item, ifMatch = 1, body = late } } })).ShouldBe(200);
        answer.Json.GetProperty("results")[0].GetProperty("problem").GetProperty("changes").GetArrayLength().ShouldBe(alone.ShouldBe(412).Json.GetProperty("changes").GetArrayLength());
    }

    [Fact]
    public async Task A_denial_stands_above_every_grant_also_above_the_tokens_roles()
    {
        var tree = await TreeAsync();
        var user = await RegisterAsync("ann");
        var denial = await DenyAsync(user, "content.edit", tree.Middle);
        var ann = SignIn("ann", "editor");
        await UntilAsync(() => ann.PostAsync("/api/content", Examples.NewArticle(tree.Leaf, "x")), 403);
        (await ann.PostAsync("/api/content", Examples.NewArticle(tree.Top, "y"))).ShouldBe(201);
        await GrantAsync(user, "editor", tree.Leaf);
        var why = await UntilAsync(async () => await Admin.AskAsync($"/api/identity/explain?user={user}&permission=content.edit&site={tree.Leaf}"), 200);
        why.Json.GetProperty("allowed").GetBoolean().ShouldBeFalse();
        why.Json.GetProperty("reasons")[0].GetProperty("effect").GetString().ShouldBe("denies");
        why.Json.GetProperty("reasons")[0].GetProperty("siteId").GetGuid().ShouldBe(tree.Middle);
        (await Admin.PostAsync($"/api/denials/{denial}/lift")).ShouldBe(200);
        await UntilAsync(() => ann.PostAsync("/api/content", Examples.NewArticle(tree.Leaf, "z")), 201);
    }

    [Fact]
    public async Task A_denial_on_a_site_is_not_gone_around_by_what_is_asked_of_the_whole_tenant()
    {
        var tree = await TreeAsync();
        var item = await Admin.ArticleAsync(tree.Leaf);
        var user = await RegisterAsync("ann");
        foreach (var permission in new[] { "content.read", "content.publish" })
            await DenyAsync(user, permission, tree.Middle);
        var ann = SignIn("ann", "editor");
        await UntilAsync(() => ann.AskAsync($"/api/content/{item}"), 403);
        (await ann.AskAsync("/api/content/search?q=first&locale=en")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync($"/api/content/{item}/view?state=draft")).ShouldBeProblem(403, "forbidden");
        (await ann.AskAsync("/api/content")).ShouldBe(200).Items.ShouldBeEmpty();
        var release = (await Admin.PostAsync("/api/releases", new { name = "Spring" })).ShouldBe(201).Receipt.StreamId;
        await UntilAsync(() => ann.PostAsync($"/api/releases/{release}/publish"), 403);
    }

    [Fact]
    public async Task A_grant_ends_by_itself_and_by_revocation()
    {
        var tree = await TreeAsync();
        var user = await RegisterAsync("ann");
        await GrantAsync(user, "editor", tree.Middle, DateTimeOffset.UtcNow.AddSeconds(2));
        var ann = SignIn("ann");
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Leaf}"), 200);
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Leaf}"), 403);
        var grant = await GrantAsync(user, "editor", tree.Middle);
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Leaf}"), 200);
        (await Admin.PostAsync($"/api/grants/{grant}/revoke")).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Leaf}"), 403);
        (await Admin.AskAsync($"/api/grants/{grant}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("revoked");
    }

    [Fact]
    public async Task A_site_that_was_just_made_is_below_its_parent_at_once()
    {
        var tree = await TreeAsync();
        var user = await RegisterAsync("ann");
        (await Admin.PostAsync("/api/roles", new { name = "builder", permissions = new[] { "sites.edit", "sites.read" } })).ShouldBe(201);
        await GrantAsync(user, "builder", tree.Middle);
        var ann = SignIn("ann");
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Middle}"), 200);
        var below = await ann.SiteAsync("below.example.org", tree.Leaf);
        (await ann.AskAsync($"/api/sites/{below}")).ShouldBe(200);
        (await ann.PutAsync($"/api/sites/{below}", new { name = "Renamed", domain = "below.example.org", parentId = tree.Leaf })).ShouldBe(200);
        await RefusedAsync(() => ann.PutAsync($"/api/sites/{below}", new { name = "Moved", domain = "below.example.org", parentId = tree.Middle }), 403, "forbidden");
        await RefusedAsync(() => ann.PostAsync("/api/sites", new { name = "Top", domain = "mine.example.org" }), 403, "forbidden");
        await RefusedAsync(() => ann.PostAsync("/api/sites", new { name = "Elsewhere", domain = "mine.example.org", parentId = tree.Other }), 403, "forbidden");
    }

    [Fact]
    public async Task An_explanation_names_the_line_of_inheritance()
    {
        var tree = await TreeAsync();
        (await Admin.PostAsync("/api/roles", new { name = "chief", inherits = new[] { "editor" } })).ShouldBe(201);
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "chief", tree.Top);
        var ann = SignIn("ann");
        await UntilAsync(() => ann.AskAsync($"/api/sites/{tree.Leaf}"), 200);
        var why = (await ann.AskAsync($"/api/me/explain?permission=content.edit&site={tree.Leaf}")).ShouldBe(200).Json;
        why.GetProperty("allowed").GetBoolean().ShouldBeTrue();
        why.GetProperty("path").EnumerateArray().Select(id => id.GetGuid()).ShouldBe([tree.Leaf, tree.Middle, tree.Top]);
        why.GetProperty("reasons")[0].GetProperty("id").GetGuid().ShouldBe(grant);
        why.GetProperty("reasons")[0].GetProperty("inheritance").EnumerateArray().Select(r => r.GetString()).ShouldBe(["chief", "editor"]);
        var elsewhere = (await ann.AskAsync($"/api/me/explain?permission=content.edit&site={tree.Other}")).ShouldBe(200).Json;
        elsewhere.GetProperty("allowed").GetBoolean().ShouldBeFalse();
        elsewhere.GetProperty("reasons")[0].GetProperty("effect").GetString().ShouldBe("elsewhere");
        (await Admin.AskAsync($"/api/identity/explain?user={Guid.CreateVersion7()}&permission=content.edit")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync($"/api/identity/explain?user={user}&permission=content.fly")).ShouldBeProblem(422, "invalid", "permission");
        (await Admin.AskAsync($"/api/identity/explain?permission=content.edit")).ShouldBeProblem(422, "invalid", "user");
        (await ann.AskAsync($"/api/identity/explain?user={user}&permission=content.edit")).ShouldBeProblem(403, "forbidden");
    }
}
