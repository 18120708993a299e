using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Api.Content;
using Platform.Domain;

namespace Platform.Api.Tests.Content;

public sealed class ArticleFileTests
{
    private static ArticleFile Parse(string text) => ArticleFile.Parse(Encoding.UTF8.GetBytes(text));

    private static Fields FrontMatter(string yaml) => Parse($"---\n{yaml}\n---\n").FrontMatter;

    private static string Refusal(byte[] bytes) => Should.Throw<ArticleRefusedException>(() => ArticleFile.Parse(bytes)).Message;

    private static string Refusal(string yaml) => Refusal(Encoding.UTF8.GetBytes($"---\n{yaml}\n---\n"));

    [Fact]
    public void Front_matter_and_body_are_told_apart()
    {
        var file = Parse("---\ntitle: First light\n---\n\nIt was dark.\n\n---\n\nThen it wasn't.\n");
        file.FrontMatter.ShouldBe(Fields.Parse("""{"title":"First light"}"""));
        file.Body.ShouldBe("It was dark.\n\n---\n\nThen it wasn't.\n");
    }

    [Fact]
    public void The_digest_is_of_the_bytes_as_they_are()
    {
        var bytes = Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes("text\r\n")).ToArray();
        ArticleFile.Parse(bytes).Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Theory]
    [InlineData("# No front matter\n\nText.\n", "# No front matter\n\nText.\n")]
    [InlineData("", "")]
    [InlineData("---\n---\nText", "Text")]
    [InlineData("---\n# only a comment\n---", "")]
    [InlineData("----\nText", "----\nText")]
    public void A_file_may_have_no_front_matter(string text, string body)
    {
        var file = Parse(text);
        file.FrontMatter.IsEmpty.ShouldBeTrue();
        file.Body.ShouldBe(body);
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_no_part_of_the_text()
    {
        var file = Parse("\uFEFF---\r\ntitle: Über\r\nsummary: |\r\n  one\r\n  two\r\n--- \r\n\r\nA\r\nB\rC\u2028D\r\n");
        file.FrontMatter.ShouldBe(Fields.Parse("""{"title":"Über","summary":"one\ntwo\n"}"""));
        file.Body.ShouldBe("A\nB\nC\u2028D\n");
    }

    [Theory]
    [InlineData("2026-01-12", "\"2026-01-12\"")]
    [InlineData("2026-01-12T09:30:00+01:00", "\"2026-01-12T09:30:00+01:00\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("True", "true")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int '12'", "12")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("''", "\"\"")]
    [InlineData("-12", "-12")]
    [InlineData("+007", "7")]
    [InlineData("0o17", "15")]
    [InlineData("0xff", "255")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData(".5", "0.5")]
    [InlineData("2.", "2")]
    [InlineData("1e3", "1000")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("12345678901234567890123", "\"12345678901234567890123\"")]
    [InlineData(".", "\".\"")]
    [InlineData("[a, 1, {b: ~}]", """["a",1,{"b":null}]""")]
    [InlineData("&x [1, 2]", "[1,2]")]
    [InlineData("{a: &x [1], b: *x}", """{"a":[1],"b":[1]}""")]
    [InlineData("{<<: {a: 1}, b: 2}", """{"<<":{"a":1},"b":2}""")]
    [InlineData("{2020: x, true: y}", """{"2020":"x","true":"y"}""")]
    public void Scalars_are_read_by_the_core_schema(string yaml, string json) =>
        JsonElement.DeepEquals(FrontMatter($"key: {yaml}").Find("key")!.Value, JsonElement.Parse(json)).ShouldBeTrue($"{FrontMatter($"key: {yaml}").Find("key")}");

    [Theory]
    [InlineData("title: [a, b", "line ")]
    [InlineData("title: a: b", "isn't valid YAML")]
    [InlineData("- a\n- b", "isn't a YAML mapping")]
    [InlineData("text", "isn't a YAML mapping")]
    [InlineData("a: 1\nb: 2\na: 3", "'a' twice: line 4")]
    [InlineData("a: *b", "*b stands for itself or for nothing")]
    [InlineData("a: &a [*a]", "*a stands for itself or for nothing")]
    [InlineData("[a]: 1", "is itself a list")]
    [InlineData("a: !!binary aGk=", "isn't of YAML's core schema")]
    [InlineData("a: !ruby/object:Gem {}", "isn't of YAML's core schema")]
    [InlineData("a: \"\\0\"", "NUL")]
    [InlineData("a: 1\n...\n--- !!map\nb: 2", "more than one")]
    [InlineData("...\u2028#\u0001\u20281e? \n", "isn't valid YAML")]
    public void What_is_wrong_with_front_matter_is_said(string yaml, string part) => Refusal(yaml).ShouldContain(part);

    [Fact]
    public void Front_matter_that_nothing_closes_is_refused() =>
        Refusal(Encoding.UTF8.GetBytes("---\ntitle: x\n\nText")).ShouldContain("isn't closed");

    [Fact]
    public void Deep_nesting_is_refused() => Refusal($"a: {new string('[', 10_000)}").ShouldContain("deeper than 16");

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var bomb = string.Join('\n', Enumerable.Range(1, 12).Select(n => $"a{n}: &a{n} [{string.Join(',', Enumerable.Repeat($"*a{n - 1}", 9))}]"));
        Refusal($"a0: &a0 [lol]\n{bomb}").ShouldContain("aliases expanded");
    }

    [Fact]
    public void A_long_text_repeated_by_aliases_is_refused() =>
        Refusal($"a: &a {new string('x', 50_000)}\nb: [{string.Join(',', Enumerable.Repeat("*a", 6))}]").ShouldContain("aliases expanded");

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() => Refusal([(byte)'a', 0xC3, (byte)'b']).ShouldContain("UTF-8");

    [Fact]
    public void A_surrogate_in_utf8_is_refused() => Refusal([0xED, 0xA0, 0x80]).ShouldContain("UTF-8");

    [Fact]
    public void A_nul_is_refused() => Refusal("a\0b"u8.ToArray()).ShouldContain("NUL");

    [Fact]
    public void Half_a_mebibyte_is_read_and_no_more()
    {
        Parse(new string('x', ArticleFile.MaxBytes)).Body.Length.ShouldBe(ArticleFile.MaxBytes);
        Refusal(new byte[ArticleFile.MaxBytes + 1]).ShouldContain("larger than 512 KiB");
    }

    [Fact]
    public void Whatever_stands_between_the_lines_is_read_or_refused_with_a_reason()
    {
        var piece = Gen.Elements(
            "a", "b", ": ", "- ", "? ", "\n", "\n  ", "\n\t", "[", "]", "{", "}", ", ", "&a ", "*a", "!!str ", "!x ", "! ", "|\n", ">-\n", "'", "\"", "\\", "\\u",
            "#", "%YAML 1.2\n", "---", "...", "~", "0x", "1e", ".", "é", "\u0001", "@", "`", "<<", "\u2028", "\uFEFF");
        Prop.ForAll(piece.ArrayOf().ToArbitrary(), pieces =>
        {
            try
            {
                return Parse($"---\n{string.Concat(pieces)}\n---\n").FrontMatter is not null;
            }
            catch (ArticleRefusedException e)
            {
                return e.Message.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithEndSize(60));
    }
}
