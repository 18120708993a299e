using System.Security.Cryptography;
using System.Text;

namespace Platform.Ledger.Tests.Personal;

/// <summary>Which texts of an event are taken for sealed ones.</summary>
public sealed class SealedTextsTests
{
    private const string Tenant = "demotenant22";

    private static readonly Guid _event = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly SubjectKey _key = new(Guid.NewGuid(), Tenant, Guid.NewGuid(), RandomNumberGenerator.GetBytes(SubjectKey.Size));

    private static string Seal(string property, Guid? of = null, string tenant = Tenant) => SealedText.Seal(_key with { TenantId = tenant }, of ?? _event, property, "x");

    private static SealedTexts Of(string data) => SealedTexts.Of(Encoding.UTF8.GetBytes(data), Tenant, _event);

    [Fact]
    public void Those_that_were_sealed_as_the_member_in_which_they_stand_count()
    {
        var found = Of($$"""{"a": 1, "name": "{{Seal("name")}}", "b": {"name": [true]}, "email": "{{Seal("email")}}"}""");
        found.Texts.Select(t => t.Property).ShouldBe(["name", "email"]);
        found.Broken.ShouldBeEmpty();
    }

    [Fact]
    public void Any_other_is_a_text_that_somebody_wrote()
    {
        foreach (var data in new[]
        {
            "1", "\"x\"", "[]", "{}", $"\"{Seal("name")}\"", $$"""["{{Seal("name")}}"]""", $$"""{"name": "{{Seal("email")}}"}""", $$"""{"name": "{{Seal("name", of: Guid.NewGuid())}}"}""",
            $$"""{"name": "{{Seal("name", tenant: "othertenant2")}}"}""", $$"""{"a": {"name": "{{Seal("name")}}"} }""", $$"""{"name": ["{{Seal("name")}}"]}""", $$"""{"name": "see {{Seal("name")}}"}""",
            $$"""{"{{Seal("name")}}": 1}""", $$"""{"name": "{{SealedText.Prefix}}"}""", $$"""{"name": "{{SealedText.Prefix}}*..a.b.c"}""", $$"""{"name": "{{SealedText.Prefix}}AAAA..a.b.c"}""",
        })
            Of(data).ShouldSatisfyAllConditions(found => found.Texts.ShouldBeEmpty(data), found => found.Broken.ShouldBeEmpty(data));
    }

    [Fact]
    public void One_that_says_so_and_is_not_whole_is_broken()
    {
        var token = Seal("name");
        foreach (var cut in new[] { token[..^1], token[..token.LastIndexOf('.')], token[..token.IndexOf('.', StringComparison.Ordinal)], token + ".x", token + "=" })
            Of($$"""{"name": "{{cut}}"}""").Broken.ShouldBe(["name"], cut);
        Of($$"""{"name": "{{Seal("email")[..^1]}}"}""").Broken.ShouldBeEmpty();
    }

    [Fact]
    public void However_deep_the_rest_is_nested() =>
        Of($$"""{"a": {{new string('[', 5_000)}}{{new string(']', 5_000)}}, "name": "{{Seal("name")}}"}""").Texts.ShouldHaveSingleItem();
}
