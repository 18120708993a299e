namespace Platform.Api.Tests.Identity;

/// <summary>Filters, pages, and what is asked for of a resource.</summary>
public sealed class ScimQueryTests(SharedApp shared) : ScimOverHttp(shared)
{
    private static string Filter(string filter) => $"?filter={Uri.EscapeDataString(filter)}";

    [Fact]
    public async Task Users_are_found_by_each_attribute_and_by_several()
    {
        var ann = (await ScimAsync(Admin, "POST", "Users", User("ann@example.org", "E-1"))).ShouldBe(201).Json.GetProperty("id").GetGuid();
        await ProvisionAsync("bea@example.org");
        foreach (var (filter, found) in new[]
        {
            ("userName eq \"ANN@example.org\"", true), ("userName eq \"nobody\"", false), ("externalId eq \"E-1\"", true), ("externalId eq \"e-1\"", false), ($"id eq \"{ann}\"", true),
            ("id eq \"nobody\"", false), ("emails.value eq \"ann@example.org\"", true), ("USERNAME EQ \"ann@example.org\" AND externalId eq \"E-1\"", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ann@example.org\"", true), ("userName eq \"ann@example.org\" and externalId eq \"E-2\"", false), ("externalId eq \"\\u0045-1\"", true),
        })
            Resources(await ScimAsync(Admin, "GET", "Users" + Filter(filter))).Select(user => user.GetProperty("id").GetGuid()).ShouldBe(found ? [ann] : [], filter);
        Resources(await ScimAsync(Admin, "GET", "Users" + Filter("displayName eq \"ann example\""))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Groups_are_found_by_id_name_and_what_a_directory_calls_them()
    {
        var group = (await ScimAsync(Admin, "POST", "Groups", new { schemas = new[] { GroupSchema }, displayName = "Éditeurs", externalId = "g-1" })).ShouldBe(201).Json.GetProperty("id").GetGuid();
        await GroupAsync("Others");
        foreach (var (filter, found) in new[]
        {
            ("displayName eq \"éditeurs\"", true), ("displayName eq \"Others\" and externalId eq \"g-1\"", false), ("externalId eq \"g-1\"", true), ("externalId eq \"G-1\"", false), ($"id eq \"{group}\"", true),
            ("id eq \"x\"", false), ("displayName eq \"Éditeurs\" and displayName eq \"ÉDITEURS\"", true), ("displayName eq \"Éditeurs\" and displayName eq \"Others\"", false),
        })
        {
            var answer = await ScimAsync(Admin, "GET", "Groups" + Filter(filter));
            Resources(answer).Select(one => one.GetProperty("id").GetGuid()).ShouldBe(found ? [group] : [], filter);
            answer.Json.GetProperty("totalResults").GetInt32().ShouldBe(found ? 1 : 0, filter);
        }
    }

    [Theory]
    [InlineData("Users", "userName sw \"ann\"")]
    [InlineData("Users", "userName eq \"a\" or userName eq \"b\"")]
    [InlineData("Users", "not (userName eq \"a\")")]
    [InlineData("Users", "title eq \"a\"")]
    [InlineData("Users", "userName eq a")]
    [InlineData("Users", "userName eq \"a\" and")]
    [InlineData("Users", "userName eq \"a\" and ")]
    [InlineData("Users", "userName eq \"\\x\"")]
    [InlineData("Users", " ")]
    [InlineData("Groups", "members.value eq \"a\"")]
    [InlineData("Groups", "displayName co \"a\"")]
    public async Task Any_other_filter_is_refused(string resources, string filter) => await ErrorAsync(() => ScimAsync(Admin, "GET", resources + Filter(filter)), 400, "invalidFilter", "filter: ");

    [Fact]
    public async Task Pages_go_by_number()
    {
        var users = new List<Guid>();
        for (var n = 0; n < 5; n++)
            users.Add(await ProvisionAsync($"user{n}@example.org"));
        foreach (var (query, start, expected) in new (string, int, IEnumerable<Guid>)[]
        {
            ("", 1, users), ("?startIndex=2&count=2", 2, users[1..3]), ("?startIndex=5&count=200", 5, users[4..]), ("?startIndex=6", 6, []), ("?startIndex=0&count=1", 1, users[..1]), ("?startIndex=-3&count=-1", 1, []), ("?count=0", 1, []), ("?count=1000", 1, users),
        })
        {
            var answer = await ScimAsync(Admin, "GET", $"Users{query}");
            Resources(answer).Select(user => user.GetProperty("id").GetGuid()).ShouldBe(expected, query);
            (answer.Json.GetProperty("totalResults").GetInt32(), answer.Json.GetProperty("startIndex").GetInt32(), answer.Json.GetProperty("itemsPerPage").GetInt32()).ShouldBe((5, start, expected.Count()), query);
        }
        await ErrorAsync(() => ScimAsync(Admin, "GET", "Users?startIndex=first"), 400, "invalidValue", "startIndex: ");
        Resources(await ScimAsync(Admin, "GET", $"Users{Filter("displayName eq \"Ann Example\"")}&startIndex=4&count=1")).Single().GetProperty("id").GetGuid().ShouldBe(users[3]);
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_told()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var group = await GroupAsync("Editors", ann);
        string[] Names(Answer answer) => [.. answer.ShouldBe(200).Json.EnumerateObject().Select(member => member.Name)];
        Names(await ScimAsync(Admin, "GET", $"Groups/{group}?excludedAttributes=members")).ShouldBe(["schemas", "id", "displayName", "meta"]);
        Names(await ScimAsync(Admin, "GET", $"Groups/{group}?attributes=displayName")).ShouldBe(["schemas", "id", "displayName"]);
        Names(await ScimAsync(Admin, "GET", $"Users/{ann}?attributes=userName,name.givenName")).ShouldBe(["schemas", "id", "userName", "name"]);
        (await ScimAsync(Admin, "GET", $"Users/{ann}?attributes=name.givenName")).Json.GetProperty("name").EnumerateObject().Select(member => member.Name).ShouldBe(["givenName"]);
        (await ScimAsync(Admin, "GET", $"Users/{ann}?excludedAttributes=name.givenName")).Json.GetProperty("name").EnumerateObject().Select(member => member.Name).ShouldBe(["formatted", "familyName"]);
        Resources(await ScimAsync(Admin, "GET", "Groups?excludedAttributes=members")).Single().TryGetProperty("members", out _).ShouldBeFalse();
        Resources(await ScimAsync(Admin, "GET", "Groups")).Single().GetProperty("members").GetArrayLength().ShouldBe(1);
    }
}
