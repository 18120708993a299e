using Platform.Processors;

namespace Platform.Api.Tests.Content;

public sealed class ContentTypeOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_content_type_is_read_by_name_and_by_id()
    {
        var receipt = (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201).Receipt;
        receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("content.type-defined");
        foreach (var key in new[] { "article", receipt.StreamId.ToString() })
        {
            var type = (await Admin.AskAsync($"/api/content-types/{key}")).ShouldBe(200).Json;
            type.GetProperty("name").GetString().ShouldBe("article");
            type.GetProperty("fields").GetArrayLength().ShouldBe(4);
            type.GetProperty("fields")[0].GetProperty("required").GetBoolean().ShouldBeTrue();
            type.GetProperty("fields")[0].GetProperty("rules").GetProperty("maxLength").GetInt32().ShouldBe(80);
        }
    }

    [Fact]
    public async Task A_second_definition_of_a_name_is_409()
    {
        (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        await RefusedAsync(() => Admin.PostAsync("/api/content-types", Examples.Article), 409, "conflict");
    }

    [Theory]
    [InlineData("""{"name":"Article"}""", "name")]
    [InlineData("""{"name":"article","fields":[{"name":"x","type":"colour"}]}""", "fields[0].type")]
    [InlineData("""{"name":"article","fields":[{"name":"x","type":"text"},{"name":"x","type":"text"}]}""", "fields[1].name")]
    [InlineData("""{"name":"article","fields":[{"name":"x","type":"text","rules":{"shiny":true}}]}""", "fields[0].rules.shiny")]
    [InlineData("""{"name":"article","fields":[{"name":"x","type":"text","rules":{"pattern":"(("}}]}""", "fields[0].rules.pattern")]
    [InlineData("""{"name":"article","fields":[{"name":"x","type":"text","rules":{"minLength":1e300}}]}""", "fields[0].rules.minLength")]
    public async Task A_wrong_definition_is_422_and_named(string body, string path) =>
        await RefusedAsync(() => Admin.PostAsync("/api/content-types", body), 422, "invalid", path);

    [Theory]
    [InlineData("missing")]
    [InlineData("0198c5a0-0000-7000-8000-000000000001")]
    [InlineData("%F0%9F%8C%8D")]
    public async Task A_type_that_is_not_there_is_404(string name) => (await Admin.AskAsync($"/api/content-types/{name}")).ShouldBeProblem(404, "not-found");

    [Fact]
    public async Task Types_are_listed_by_name()
    {
        foreach (var name in new[] { "poem", "article", "note" })
            (await Admin.PostAsync("/api/content-types", new { name })).ShouldBe(201);
        var after = (await Admin.PostAsync("/api/content-types", """{"name":"essay"}""")).Receipt.Events[0].Sequence;
        (await Admin.AskAsync($"/api/content-types?after={after}")).Items.Select(t => t.GetProperty("name").GetString()).ShouldBe(["article", "essay", "note", "poem"]);
    }
}
