using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Tests.Support;

namespace Platform.Ledger.Tests;

/// <summary>RFC 8785: the cases here, and the test data of the scheme's author where they are on this machine.</summary>
public partial class CanonicalJsonTests
{
    private const string Set = "ledger/jcs";

    public static TheoryData<string> Files => ["arrays", "french", "structures", "unicode", "values", "weird"];

    [Theory, MemberData(nameof(Files))]
    public void A_case_of_the_schemes_author_is_met_to_the_byte(string name)
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        var folder = AcceptanceSets.Find(Set)!;
        var expected = Convert.FromHexString(string.Concat(File.ReadAllText(Path.Combine(folder, "outhex", $"{name}.txt")).Where(char.IsAsciiHexDigit)));
        var written = CanonicalJson.Write(JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, "input", $"{name}.json"))));
        Encoding.UTF8.GetString(written).ShouldBe(Encoding.UTF8.GetString(expected));
        CanonicalJson.Write(JsonElement.Parse(written)).ShouldBe(written);
    }

    /// <summary>The author's sequence of doubles, made as its README says, with the digest that it gives for so many lines.</summary>
    [Theory]
    [InlineData(1_000, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687")]
    [InlineData(100_000, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7")]
    public void So_many_doubles_are_written_as_ecmascript_does(int lines, string digest)
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        var readme = File.ReadAllText(Path.Combine(AcceptanceSets.Find(Set)!, "README.md"));
        readme.ShouldContain(digest);
        var text = new StringBuilder();
        foreach (var bits in Doubles([.. Literal().Matches(readme).Select(m => ulong.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]).Take(lines))
            text.Append(CultureInfo.InvariantCulture, $"{bits:x},{CanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits))}\n");
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString()))).ShouldBe(digest);
    }

    [Theory]
    [InlineData(0d, "0")]
    [InlineData(1d, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(123456789012345680000d, "123456789012345680000")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(0.0000001, "1e-7")]
    [InlineData(1.5e-7, "1.5e-7")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void A_number_is_written_as_ecmascript_does(double number, string expected) => CanonicalJson.Number(number).ShouldBe(expected);

    [Fact]
    public void Minus_zero_is_written_as_zero() => CanonicalJson.Number(double.NegativeZero).ShouldBe("0");

    [Theory]
    [InlineData("""{ "b" : 1.0, "a" : [ 1e2, true, null ] }""", """{"a":[100,true,null],"b":1}""")]
    [InlineData("""{"\uFB33":1,"\uD83D\uDE00":2,"":3}""", "{\"\":3,\"\uD83D\uDE00\":2,\"\uFB33\":1}")]
    [InlineData("""["\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\/","\u007f\u2028"]""", "[\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"\u007f\u2028\"]")]
    public void Members_are_sorted_by_utf16_units_and_only_what_must_be_is_escaped(string json, string expected) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(JsonElement.Parse(json))).ShouldBe(expected);

    [Theory]
    [InlineData("[1e400]")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":1,"a":1}""")]
    public void What_has_no_canonical_form_is_refused(string json) => Should.Throw<FormatException>(() => CanonicalJson.Write(JsonElement.Parse(json)));

    private static IEnumerable<ulong> Doubles(IReadOnlyList<ulong> first)
    {
        const ulong smallestNormal = 0x0010000000000000;
        foreach (var bits in first)
            yield return bits;
        for (var i = 0UL; i < 2000; i++)
            yield return smallestNormal + i;
        for (var block = new byte[32]; ;)
        {
            block = SHA256.HashData(block);
            for (var at = 0; at < block.Length; at += sizeof(ulong))
                if (BitConverter.ToDouble(block, at) is not 0 and var drawn && double.IsFinite(drawn))
                    yield return BitConverter.ToUInt64(block, at);
        }
    }

    [GeneratedRegex("0x([0-9a-f]{16})n[,\n]")]
    private static partial Regex Literal();
}
