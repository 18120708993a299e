using System.Text;
using Platform.Processors;

namespace Platform.Api.Tests.Http;

/// <summary>Bodies that can't be read: 400, whatever they would have said.</summary>
public sealed class MalformedBodyTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"a",}""")]
    [InlineData("""{'name':'a'}""")]
    [InlineData("""{"name":"a"} {}""")]
    [InlineData("""{"name":"a" /* why */}""")]
    [InlineData("""{"name":NaN}""")]
    [InlineData("""{"name":"\x"}""")]
    [InlineData("{\"name\":\"a\tb\"}")]
    [InlineData("nul")]
    [InlineData(" ")]
    public Task Malformed_json_is_400(string body) => RefuseAsync(body);

    [Fact]
    public Task A_body_nested_200_deep_is_400() => RefuseAsync(
        $$"""{"name":"a","domain":"a.example.org","settings":{ "x":{{new string('[', 200)}}{{new string(']', 200)}} } }""");

    [Fact]
    public async Task A_body_that_is_not_utf_8_is_400()
    {
        byte[] body = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/sites", Calls.Json(body)), 400, "malformed");
    }

    [Fact]
    public async Task A_body_in_utf_16_is_400()
    {
        var body = Encoding.Unicode.GetBytes("""{"name":"a"}""");
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/sites", Calls.Json(body)), 400, "malformed");
    }

    [Fact] public Task A_nul_character_in_a_text_is_400() => RefuseAsync("""{"name":"a\u0000b"}""", "name");

    [Fact] public Task A_nul_character_deep_inside_is_400() => RefuseAsync("""{"settings":{"a":[1,{"b":"\u0000"}]}}""", "settings.a[1].b");

    [Fact] public Task A_nul_character_in_a_member_name_is_400() => RefuseAsync("""{"settings":{"a\u0000b":1}}""");

    [Theory]
    [InlineData("""\ud800""")]
    [InlineData("""\udc00""")]
    [InlineData("""\ud83d\ud83d""")]
    [InlineData("""\udf0d\ud83c""")]
    [InlineData("""\uD83Cx""")]
    public async Task A_lone_surrogate_is_400_in_a_text_and_in_a_member_name(string text)
    {
        await RefuseAsync($$"""{"name":"{{text}}"}""", "name");
        await RefuseAsync($$"""{"settings":{"{{text}}":1} }""");
    }

    [Fact]
    public async Task A_pair_of_surrogates_is_the_character_that_it_stands_for()
    {
        var site = (await Admin.PostAsync("/api/sites", """{"name":"\ud83c\udf0d","domain":"a.example.org","settings":{"\ud83c\udf0d":"\\u0000"}}""")).ShouldBe(201).Receipt.StreamId;
        var read = (await Admin.AskAsync($"/api/sites/{site}")).ShouldBe(200).Json;
        read.GetProperty("name").GetString().ShouldBe("🌍");
        read.GetProperty("settings").GetProperty("🌍").GetString().ShouldBe("\\u0000");
    }

    private async Task RefuseAsync(string body, string? field = null) => await RefusedAsync(() => Admin.PostAsync("/api/sites", body), 400, "malformed", field);
}
