namespace Platform.Api.Tests.Identity;

/// <summary>The life of a user and of a group, as Entra ID and Okta have it, by a client's key.</summary>
public sealed class ScimLifeTests(SharedApp shared) : ScimOverHttp(shared)
{
    [Fact]
    public async Task A_user_is_provisioned_changed_deactivated_activated_removed_and_provisioned_again()
    {
        var (directory, _) = await DirectoryAsync();
        // Entra asks first whether there is one.
        (await ScimAsync(directory, "GET", "Users?filter=userName%20eq%20%22ann%40example.org%22")).ShouldBe(200).Json.GetProperty("totalResults").GetInt32().ShouldBe(0);
        var made = (await ScimAsync(directory, "POST", "Users", User("ann@example.org", "e-1"))).ShouldBe(201);
        var id = made.Json.GetProperty("id").GetGuid();
        made.Header("Content-Type").ShouldBe("application/scim+json");
        made.Header("Location").ShouldBe($"{App.Url.GetLeftPart(UriPartial.Authority)}/scim/v2/Users/{id}");
        made.Header("ETag").ShouldBe("W/\"2.1\"");
        made.Json.GetProperty("meta").GetProperty("location").GetString().ShouldBe(made.Header("Location"));
        made.Json.GetProperty("meta").GetProperty("version").GetString().ShouldBe("W/\"2.1\"");
        made.Json.GetProperty("meta").GetProperty("resourceType").GetString().ShouldBe("User");
        made.Json.GetProperty("externalId").GetString().ShouldBe("e-1");
        (await ScimAsync(directory, "GET", $"Users/{id}")).ShouldBe(200).Text.ShouldBe(made.Text);
        Resources(await ScimAsync(directory, "GET", "Users?filter=userName%20eq%20%22ANN%40example.org%22")).Single().GetProperty("id").GetGuid().ShouldBe(id);

        // It's the platform's own user, sealed as all are.
        (await Admin.AskAsync($"/api/users/{id}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("invited");
        foreach (var text in new[] { "ann@example.org", "Ann Example", "e-1\"" })
            (await Owner.CreateCommand($"select count(*) from public.mt_events where tenant_id = '{Tenant}' and data::text like '%{text}%'").ExecuteScalarAsync()).ShouldBe(0L, text);

        var changed = (await PatchAsync(directory, $"Users/{id}",
            new { op = "Replace", path = "name.givenName", value = "Anna" }, new { op = "Add", path = "emails[type eq \"work\"].value", value = "anna@example.org" }, new { op = "Replace", path = "displayName", value = "Anna E." })).ShouldBe(200);
        changed.Json.GetProperty("name").GetProperty("givenName").GetString().ShouldBe("Anna");
        changed.Json.GetProperty("displayName").GetString().ShouldBe("Anna E.");
        changed.Json.GetProperty("emails")[0].GetProperty("value").GetString().ShouldBe("anna@example.org");
        changed.Header("ETag").ShouldBe("W/\"3.2\"");

        (await Admin.PostAsync($"/api/users/{id}/link", new { subject = "ann" })).ShouldBe(200);
        var ann = SignIn("ann", "editor");
        await UntilAsync(() => ann.AskAsync("/api/content"), 200);
        // As Entra sends it, and as Okta does.
        (await PatchAsync(directory, $"Users/{id}", new { op = "Replace", path = "active", value = "False" })).ShouldBe(200).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        await UntilAsync(() => ann.AskAsync("/api/content"), 403);
        (await Admin.AskAsync($"/api/users/{id}")).Json.GetProperty("status").GetString().ShouldBe("suspended");
        (await PatchAsync(directory, $"Users/{id}", new { op = "replace", value = new { active = true } })).ShouldBe(200).Json.GetProperty("active").GetBoolean().ShouldBeTrue();
        await UntilAsync(() => ann.AskAsync("/api/content"), 200);

        (await ScimAsync(directory, "DELETE", $"Users/{id}")).ShouldBe(204).Text.ShouldBeEmpty();
        ShouldBeError(await ScimAsync(directory, "GET", $"Users/{id}"), 404, null, "no such user");
        ShouldBeError(await ScimAsync(directory, "DELETE", $"Users/{id}"), 404, null, "no such user");
        ShouldBeError(await PatchAsync(directory, $"Users/{id}", new { op = "replace", path = "active", value = true }), 404, null, "no such user");
        (await Admin.AskAsync($"/api/users/{id}")).ShouldBe(404);
        await UntilAsync(() => ann.AskAsync("/api/me"), 403);
        (await ScimAsync(directory, "GET", "Users?filter=userName%20eq%20%22ann%40example.org%22")).Json.GetProperty("totalResults").GetInt32().ShouldBe(0);

        var again = (await ScimAsync(directory, "POST", "Users", User("ann@example.org"))).ShouldBe(201).Json.GetProperty("id").GetGuid();
        again.ShouldNotBe(id);
        // Whoever was removed comes in again once somebody says that they are the new one.
        (await ann.AskAsync("/api/me")).ShouldBe(403);
        (await Admin.PostAsync($"/api/users/{again}/link", new { subject = "ann" })).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync("/api/me"), 200);
        (await ann.AskAsync("/api/me")).Json.GetProperty("userId").GetGuid().ShouldBe(again);
    }

    [Fact]
    public async Task A_group_gives_its_members_what_it_is_granted_and_takes_it_again()
    {
        var (directory, _) = await DirectoryAsync("editor");
        var (ann, bea) = (await ProvisionAsync("ann@example.org", directory), await ProvisionAsync("bea@example.org", directory));
        var made = (await ScimAsync(directory, "POST", "Groups", new { schemas = new[] { GroupSchema }, displayName = "Editors", externalId = "g-1", members = new[] { new { value = ann } } })).ShouldBe(201);
        var group = made.Json.GetProperty("id").GetGuid();
        made.Json.GetProperty("members").EnumerateArray().Single().GetProperty("value").GetGuid().ShouldBe(ann);
        var grant = (await Admin.PostAsync("/api/grants", new { groupId = group, role = "editor" })).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"/api/users/{ann}/link", new { subject = "ann" })).ShouldBe(200);
        (await Admin.PostAsync($"/api/users/{bea}/link", new { subject = "bea" })).ShouldBe(200);
        var (asAnn, asBea) = (SignIn("ann"), SignIn("bea"));
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 200);
        (await asBea.AskAsync("/api/content")).ShouldBe(403);

        var reason = (await Admin.AskAsync($"/api/identity/explain?user={ann}&permission=content.edit")).ShouldBe(200).Json;
        reason.GetProperty("allowed").GetBoolean().ShouldBeTrue();
        reason.GetProperty("reasons")[0].GetProperty("group").GetString().ShouldBe("Editors");
        reason.GetProperty("reasons")[0].GetProperty("groupId").GetGuid().ShouldBe(group);
        reason.GetProperty("reasons")[0].GetProperty("id").GetGuid().ShouldBe(grant);

        (await PatchAsync(directory, $"Groups/{group}", new { op = "Add", path = "members", value = new[] { new { value = bea } } })).ShouldBe(204);
        await UntilAsync(() => asBea.AskAsync("/api/content"), 200);
        (await ScimAsync(directory, "GET", $"Users/{bea}")).Json.GetProperty("groups")[0].GetProperty("display").GetString().ShouldBe("Editors");
        (await PatchAsync(directory, $"Groups/{group}", new { op = "Remove", path = $"members[value eq \"{bea}\"]" })).ShouldBe(204);
        await UntilAsync(() => asBea.AskAsync("/api/content"), 403);
        (await asAnn.AskAsync("/api/content")).ShouldBe(200);

        (await ScimAsync(directory, "DELETE", $"Groups/{group}")).ShouldBe(204);
        await UntilAsync(() => asAnn.AskAsync("/api/content"), 403);
        ShouldBeError(await ScimAsync(directory, "GET", $"Groups/{group}"), 404, null, "no such group");
        (await ScimAsync(directory, "GET", $"Users/{ann}")).Json.GetProperty("groups").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_a_directory_says_counts_on_another_node_within_a_second()
    {
        await using var second = await SecondNode.StartAsync(App);
        var ann = await ProvisionAsync("ann@example.org");
        var group = await GroupAsync("Editors", ann);
        (await Admin.PostAsync("/api/grants", new { groupId = group, role = "editor" })).ShouldBe(201);
        (await Admin.PostAsync($"/api/users/{ann}/link", new { subject = "ann" })).ShouldBe(200);
        var there = second.Client(Tenant, "ann");
        await UntilAsync(() => there.AskAsync("/api/content"), 200);
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "remove", path = "members", value = new[] { new { value = ann } } })).ShouldBe(204);
        await Until.AnsweredAsync(() => there.AskAsync("/api/content"), 403, 1);
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "add", path = "members", value = new[] { new { value = ann } } })).ShouldBe(204);
        await Until.AnsweredAsync(() => there.AskAsync("/api/content"), 200, 1);
        (await ScimAsync(Admin, "DELETE", $"Users/{ann}")).ShouldBe(204);
        await Until.AnsweredAsync(() => there.AskAsync("/api/me"), 403, 1);
    }
}
