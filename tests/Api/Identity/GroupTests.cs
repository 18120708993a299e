namespace Platform.Api.Tests.Identity;

/// <summary>Groups by the platform's own API.</summary>
public sealed class GroupTests(SharedApp shared) : PeopleOverHttp(shared)
{
    [Fact]
    public async Task A_group_is_defined_given_a_role_joined_left_and_removed()
    {
        var group = (await Admin.PostAsync("/api/groups", new { name = "Editors" })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PutAsync($"/api/groups/{group}", new { name = "Authors", externalId = "g-1" })).ShouldBe(200).Receipt.Events.Count.ShouldBe(2);
        var grant = (await Admin.PostAsync("/api/grants", new { groupId = group, role = "editor" })).ShouldBe(201).Receipt.StreamId;
        var ann = await RegisterAsync("ann");
        var asAnn = SignIn("ann");
        var joined = (await Admin.PostAsync($"/api/users/{ann}/join", new { groupId = group })).ShouldBe(200).Receipt;
        joined.Events.Single().Type.ShouldBe("identity.user-joined-group");
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 200);
        (await Admin.PostAsync($"/api/users/{ann}/join", new { groupId = group })).ShouldBe(200).Receipt.Events.ShouldBeEmpty();

        var shown = (await Admin.AskAsync($"/api/groups/{group}")).ShouldBe(200).Json;
        (shown.GetProperty("name").GetString(), shown.GetProperty("externalId").GetString(), shown.GetProperty("version").GetInt64()).ShouldBe(("Authors", "g-1", 3));
        (await Admin.AskAsync($"/api/groups/{group}?asOf=1")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("Editors");
        (await Admin.AskAsync($"/api/groups?after={joined.Events[0].Sequence}")).ShouldBe(200).Items.Single().GetProperty("id").GetGuid().ShouldBe(group);
        (await Admin.AskAsync($"/api/groups/{group}/members?after={joined.Events[0].Sequence}")).ShouldBe(200).Items.Single().GetProperty("userId").GetGuid().ShouldBe(ann);
        (await Admin.AskAsync($"/api/users/{ann}")).ShouldBe(200).Json.GetProperty("groups")[0].GetGuid().ShouldBe(group);
        (await asAnn.AskAsync("/api/me")).Json.GetProperty("grants").EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(grant);

        (await Admin.PostAsync($"/api/users/{ann}/leave", new { groupId = group })).ShouldBe(200);
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 403);
        (await Admin.PostAsync($"/api/users/{ann}/join", new { groupId = group })).ShouldBe(200);
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 200);
        (await Admin.PostAsync($"/api/groups/{group}/remove")).ShouldBe(200);
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 403);
        (await Admin.AskAsync($"/api/groups/{group}")).ShouldBe(404);
        (await Admin.AskAsync($"/api/groups/{group}/members")).ShouldBe(404);
        await RefusedAsync(() => Admin.PostAsync("/api/grants", new { groupId = group, role = "editor" }), 422, "invalid", "groupId");
        await RefusedAsync(() => Admin.PostAsync($"/api/users/{ann}/join", new { groupId = group }), 422, "invalid", "groupId");
    }

    [Fact]
    public async Task Members_come_in_pages()
    {
        var group = (await Admin.PostAsync("/api/groups", new { name = "Editors" })).ShouldBe(201).Receipt.StreamId;
        var (users, last) = (new List<Guid>(), 0L);
        for (var n = 0; n < 3; n++)
        {
            users.Add(await RegisterAsync($"user-{n}"));
            last = (await Admin.PostAsync($"/api/users/{users[n]}/join", new { groupId = group })).ShouldBe(200).Receipt.Events[0].Sequence;
        }
        var page = (await Admin.AskAsync($"/api/groups/{group}/members?limit=2&after={last}")).ShouldBe(200);
        page.Items.Select(member => member.GetProperty("userId").GetGuid()).ShouldBe(users[..2]);
        (await Admin.AskAsync($"/api/groups/{group}/members?limit=2&cursor={page.Next}")).Items.Single().GetProperty("userId").GetGuid().ShouldBe(users[2]);
    }

    [Fact]
    public async Task A_user_is_removed_and_may_nothing_whatever_their_token_says()
    {
        var ann = await RegisterAsync("ann");
        var asAnn = SignIn("ann", "admin");
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 200);
        await RefusedAsync(() => asAnn.PostAsync($"/api/users/{ann}/remove"), 409, "conflict");
        (await Admin.PostAsync($"/api/users/{ann}/remove")).ShouldBe(200);
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 403);
        await RefusedAsync(() => Admin.PostAsync($"/api/users/{ann}/resume"), 404, "not-found");
        await RefusedAsync(() => Admin.PostAsync("/api/grants", new { userId = ann, role = "editor" }), 422, "invalid", "userId");
        (await Admin.AskAsync("/api/users?subject=ann")).ShouldBe(200).Items.ShouldBeEmpty();
        await RegisterAsync("ann");
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 200);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"Editors","externalId":""}""", "externalId")]
    public async Task What_can_be_no_group_is_refused_at_its_place(string body, string field) => await RefusedAsync(() => Admin.PostAsync("/api/groups", body), 422, "invalid", field);

    [Fact]
    public async Task Groups_of_another_tenant_are_not_there()
    {
        var group = (await Admin.PostAsync("/api/groups", new { name = "Editors" })).ShouldBe(201).Receipt.StreamId;
        var stranger = Stranger();
        (await stranger.AskAsync($"/api/groups/{group}")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync($"/api/groups/{group}/members")).ShouldBeProblem(404, "not-found");
        (await stranger.PutAsync($"/api/groups/{group}", new { name = "Ours" })).ShouldBeProblem(404, "not-found");
        (await stranger.PostAsync($"/api/groups/{group}/remove")).ShouldBeProblem(404, "not-found");
        (await stranger.AskAsync("/api/groups")).ShouldBe(200).Items.ShouldBeEmpty();
    }
}
