using System.Text.Json;

namespace Platform.Api.Tests.Identity;

/// <summary>Changes as directories send them, and those that are refused.</summary>
public sealed class ScimPatchTests(SharedApp shared) : ScimOverHttp(shared)
{
    [Theory]
    [InlineData("""{"op":"Add","path":"externalId","value":"e-9"}""", "externalId", "e-9")]
    [InlineData("""{"op":"REPLACE","path":"USERNAME","value":"anna@example.org"}""", "userName", "anna@example.org")]
    [InlineData("""{"op":"replace","value":{"userName":"anna@example.org","name.familyName":"Else"}}""", "name.familyName", "Else")]
    [InlineData("""{"op":"replace","path":"name","value":{"familyName":"Else","middleName":"passed over"}}""", "name.familyName", "Else")]
    [InlineData("""{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:displayName","value":"Anna"}""", "displayName", "Anna")]
    [InlineData("""{"op":"replace","path":"emails","value":[{"value":"home@example.org","type":"home"},{"value":"work@example.org","type":"work"}]}""", "emails.0.value", "work@example.org")]
    [InlineData("""{"op":"replace","path":"emails[primary eq true]","value":{"value":"p@example.org"}}""", "emails.0.value", "p@example.org")]
    [InlineData("""{"op":"replace","path":"emails[type eq \"home\"].value","value":"passed@example.org"}""", "emails.0.value", "ann@example.org")]
    [InlineData("""{"op":"add","path":"title","value":"passed over"}""", "displayName", "Ann Example")]
    [InlineData("""{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"passed over"},"displayName":"Anna"}}""", "displayName", "Anna")]
    [InlineData("""{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"passed over"}""", "displayName", "Ann Example")]
    [InlineData("""{"op":"remove","path":"displayName"}""", "displayName", "Ann Example")]
    [InlineData("""{"op":"replace","path":"name.givenName","value":"Anna"}""", "displayName", "Anna Example")]
    public async Task A_user_is_changed_as_directories_say(string operation, string at, string becomes)
    {
        var ann = await ProvisionAsync("ann@example.org");
        var json = (await ScimAsync(Admin, "PATCH", $"Users/{ann}", $$"""{"schemas":["{{PatchSchema}}"],"Operations":[{{operation}}]}""")).ShouldBe(200).Json;
        foreach (var step in at.Split('.'))
            json = int.TryParse(step, out var n) ? json[n] : json.GetProperty(step);
        json.GetString().ShouldBe(becomes);
    }

    [Fact]
    public async Task What_is_removed_is_kept_no_more()
    {
        var ann = (await ScimAsync(Admin, "POST", "Users", User("ann@example.org", "e-1"))).Json.GetProperty("id").GetGuid();
        var json = (await PatchAsync(Admin, $"Users/{ann}", new { op = "remove", path = "emails" }, new { op = "remove", path = "externalId" }, new { op = "remove", path = "name.givenName" })).ShouldBe(200).Json;
        json.TryGetProperty("emails", out _).ShouldBeFalse();
        json.TryGetProperty("externalId", out _).ShouldBeFalse();
        json.GetProperty("name").TryGetProperty("givenName", out _).ShouldBeFalse();
        var replaced = (await ScimAsync(Admin, "PUT", $"Users/{ann}", new { schemas = new[] { UserSchema }, userName = "ann@example.org" })).ShouldBe(200).Json;
        replaced.GetProperty("displayName").GetString().ShouldBe("ann@example.org");
        // What says nothing new appends nothing.
        var before = await CountEventsAsync();
        (await ScimAsync(Admin, "PUT", $"Users/{ann}", new { schemas = new[] { UserSchema }, userName = "ann@example.org", id = ann, meta = new { }, groups = Array.Empty<int>() })).ShouldBe(200);
        (await CountEventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"op":"replace","path":"nothing","value":"x"}""", 400, "invalidPath", "nothing: ")]
    [InlineData("""{"op":"replace","value":{"nothing":"x"}}""", 400, "invalidPath", "nothing: ")]
    [InlineData("""{"op":"replace","path":"emails[type sw \"w\"].value","value":"x"}""", 400, "invalidFilter", "filter: ")]
    [InlineData("""{"op":"replace","path":"emails[","value":"x"}""", 400, "invalidPath", "path: ")]
    [InlineData("""{"op":"replace","path":"displayName[value eq \"x\"]","value":"x"}""", 400, "invalidPath", "displayname: ")]
    [InlineData("""{"op":"replace","path":"id","value":"x"}""", 400, "mutability", "id: ")]
    [InlineData("""{"op":"add","path":"groups","value":[]}""", 400, "mutability", "groups: ")]
    [InlineData("""{"op":"remove"}""", 400, "noTarget", "Operations[1].path: ")]
    [InlineData("""{"op":"move","path":"displayName","value":"x"}""", 400, "invalidSyntax", "Operations[1].op: ")]
    [InlineData("""{"op":"replace","path":"displayName"}""", 400, "invalidValue", "Operations[1].value: ")]
    [InlineData("""{"op":"replace","path":"active","value":"perhaps"}""", 400, "invalidValue", "active: ")]
    [InlineData("""{"op":"remove","path":"active"}""", 400, "invalidValue", "active: ")]
    [InlineData("""{"op":"remove","path":"userName"}""", 400, "invalidValue", "userName: ")]
    [InlineData("""{"op":"replace","path":"displayName","value":7}""", 400, "invalidValue", "displayName: ")]
    [InlineData("""{"op":"replace","path":"name.givenName","value":"a\u0007"}""", 400, "invalidValue", "name.givenName: ")]
    [InlineData("""{"op":"replace","path":"emails","value":[{"type":"work"}]}""", 400, "invalidValue", "emails.value: ")]
    [InlineData("""{"op":"replace","path":"emails[type eq \"work\"].value","value":"nowhere"}""", 400, "invalidValue", "emails.value: ")]
    [InlineData("""{"op":"replace","path":"displayName","value":"x","more":1}""", 400, "invalidSyntax", "Operations[1].more: ")]
    public async Task Of_several_changes_all_are_made_or_none(string operation, int status, string type, string says)
    {
        var ann = await ProvisionAsync("ann@example.org");
        await ErrorAsync(() => ScimAsync(Admin, "PATCH", $"Users/{ann}", $$"""{"schemas":["{{PatchSchema}}"],"Operations":[{"op":"replace","path":"active","value":false},{{operation}}]}"""), status, type, says);
        (await ScimAsync(Admin, "GET", $"Users/{ann}")).Json.GetProperty("active").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"userName":"ann"}""", "invalidSyntax", "schemas: ")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}""", "invalidValue", "userName: Is required.")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":" "}""", "invalidValue", "userName: Is required.")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","nothing":1}""", "invalidSyntax", "nothing: ")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","USERNAME":"bea"}""", "invalidSyntax", "USERNAME: ")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":["ann"]}""", "invalidValue", "userName: ")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","name":"Ann"}""", "invalidValue", "name: ")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","emails":[{"value":"nowhere"}]}""", "invalidValue", "emails.value: ")]
    [InlineData("""{"schemas":""", "invalidSyntax", "JSON")]
    [InlineData("[]", "invalidValue", "$: ")]
    public async Task What_can_be_no_user_is_refused(string body, string type, string says) => await ErrorAsync(() => ScimAsync(Admin, "POST", "Users", body), 400, type, says);

    [Fact]
    public async Task Limits_hold()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var group = await GroupAsync("Editors");
        await ErrorAsync(() => PatchAsync(Admin, $"Users/{ann}", [.. Enumerable.Repeat(new { op = "replace", path = "displayName", value = "x" }, 101)]), 400, "tooMany", "Operations: ");
        await ErrorAsync(() => PatchAsync(Admin, $"Groups/{group}", new { op = "add", path = "members", value = Enumerable.Range(0, 1001).Select(_ => new { value = Guid.NewGuid() }) }), 400, "tooMany", "members: ");
        await ErrorAsync(() => PatchAsync(Admin, $"Groups/{group}", [.. Enumerable.Range(0, 2).Select(_ => new { op = "add", path = "members", value = Enumerable.Range(0, 501).Select(_ => new { value = Guid.NewGuid() }) })]), 400, "tooMany", "members: ");
        await ErrorAsync(() => ScimAsync(Admin, "POST", "Users", User(new string('x', 321))), 400, "invalidValue", "userName: ");
        await ErrorAsync(() => Admin.SendAsync(HttpMethod.Post, "/scim/v2/Users", new StringContent("a=b"), []), 415, null, "type");
        (await Admin.PostAsync("/scim/v2/Users", JsonSerializer.Serialize(User("bea@example.org")))).ShouldBe(201);
    }

    [Fact]
    public async Task A_groups_members_are_added_removed_and_replaced_in_order()
    {
        var (ann, bea, cleo) = (await ProvisionAsync("ann@example.org"), await ProvisionAsync("bea@example.org"), await ProvisionAsync("cleo@example.org"));
        var group = await GroupAsync("Editors", ann);
        async Task MembersAsync(params Guid[] members) =>
            (await ScimAsync(Admin, "GET", $"Groups/{group}")).ShouldBe(200).Json.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("value").GetGuid()).ShouldBe(members, ignoreOrder: true);

        object[] Of(params Guid[] ids) => [.. ids.Select(value => new { value })];
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "add", path = "members", value = Of(bea, ann) }, new { op = "add", path = "members", value = Of(cleo) }, new { op = "remove", path = $"members[value eq \"{cleo}\"]" })).ShouldBe(204);
        await MembersAsync(ann, bea);
        // As Okta renames a group, and as it replaces all.
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "replace", value = new { id = group, displayName = "Authors" } }, new { op = "replace", path = "members", value = Of(cleo) })).ShouldBe(204);
        await MembersAsync(cleo);
        var asked = (await ScimAsync(Admin, "PATCH", $"Groups/{group}?attributes=displayName,members", new { schemas = new[] { PatchSchema }, Operations = new object[] { new { op = "remove", path = "members" }, new { op = "add", value = new { members = Of(bea) } } } })).ShouldBe(200).Json;
        asked.GetProperty("displayName").GetString().ShouldBe("Authors");
        await MembersAsync(bea);
        (await ScimAsync(Admin, "PUT", $"Groups/{group}", new { schemas = new[] { GroupSchema }, displayName = "All", externalId = "g-1", members = Of(ann, cleo) })).ShouldBe(200).Json.GetProperty("externalId").GetString().ShouldBe("g-1");
        await MembersAsync(ann, cleo);
        (await ScimAsync(Admin, "DELETE", $"Users/{ann}")).ShouldBe(204);
        await MembersAsync(cleo);

        foreach (var (operation, type, says) in new (object, string, string)[]
        {
            (new { op = "add", path = "members", value = Of(ann) }, "invalidValue", "There is no such user"), (new { op = "add", path = "members", value = new[] { new { value = "x" } } }, "invalidValue", "members.value: "),
            (new { op = "add", path = "members", value = new[] { new { value = bea, type = "Group" } } }, "invalidValue", "members.type: "), (new { op = "add", path = "nothing", value = "x" }, "invalidPath", "nothing: "),
            (new { op = "replace", path = $"members[value eq \"{bea}\"]", value = "x" }, "invalidPath", "members: "), (new { op = "remove", path = "displayName" }, "invalidValue", "displayName: "), (new { op = "replace", path = "meta", value = "x" }, "mutability", "meta: "),
        })
            await ErrorAsync(() => PatchAsync(Admin, $"Groups/{group}", new { op = "remove", path = "members" }, operation), 400, type, says);
        await MembersAsync(cleo);
    }
}
