using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.Api.Identity;

namespace Platform.Api.Tests.Identity;

public class JsonWebKeySetTests
{
    [Fact]
    public void Keys_for_signatures_are_read() => Set([.. Signer.All.Select(signer => signer.Jwk)]).Keys.Count.ShouldBe(9);

    [Theory]
    [InlineData("""{"kty":"oct","k":"c2VjcmV0"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"AA"}""")]
    [InlineData("""{"kty":"something new"}""")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""")]
    public void Other_types_of_keys_are_left_aside(string jwk)
    {
        var set = Set(jwk, Signer.Es256.Jwk);
        set.Keys.ShouldHaveSingleItem();
        set.Ignored.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("use", "\"enc\"")]
    [InlineData("key_ops", "[\"encrypt\"]")]
    [InlineData("alg", "\"ES384\"")]
    [InlineData("alg", "\"RS256\"")]
    [InlineData("alg", "\"ECDH-ES\"")]
    public void Keys_for_something_else_are_left_aside(string member, string value) =>
        Set(With(Signer.Es256.Jwk, member, value)).Keys.ShouldBeEmpty();

    [Theory]
    [InlineData("use", "\"sig\"")]
    [InlineData("key_ops", "[\"verify\"]")]
    [InlineData("alg", "\"ES256\"")]
    public void Keys_that_say_what_they_are_for_are_read(string member, string value) =>
        Set(With(Signer.Es256.Jwk, member, value)).Keys.ShouldHaveSingleItem();

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    public void Short_RSA_keys_are_left_aside(int bits) => Set(Rsa(bits)).Keys.ShouldBeEmpty();

    [Fact]
    public void A_modulus_of_the_faulty_generator_is_left_aside()
    {
        int[] primes = [2, 11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
        var product = primes.Aggregate(BigInteger.One, (value, prime) => value * prime);
        var modulus = BigInteger.Pow(65537, 5) + (product << (2048 - (int)product.GetBitLength()));
        Set(Rsa(modulus)).Ignored.ShouldHaveSingleItem().ShouldContain("CVE-2017-15361");
        Set(Rsa(modulus + 2)).Keys.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("AQ")]
    [InlineData("AAE")]
    [InlineData("Ag")]
    [InlineData("AQAAAAE")]
    public void Odd_RSA_exponents_make_no_key(string exponent)
    {
        var jwk = With(Signer.Rs256.Jwk, "e", $"\"{exponent}\"");
        if (exponent.StartsWith("AA", StringComparison.Ordinal))
            Should.Throw<FormatException>(() => Set(jwk));
        else
            Set(jwk).Keys.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("d", "\"AQAB\"")]
    [InlineData("kty", "7")]
    [InlineData("kty", "\"RSA\"")]
    [InlineData("crv", "null")]
    [InlineData("x", "\"AQAB\"")]
    [InlineData("x", "\"+/==\"")]
    [InlineData("y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("kid", "7")]
    [InlineData("use", "[]")]
    [InlineData("key_ops", "[\"verify\",\"verify\"]")]
    [InlineData("key_ops", "\"verify\"")]
    public void A_malformed_key_or_one_with_its_private_part_spoils_the_set(string member, string value) =>
        Should.Throw<FormatException>(() => Set(With(Signer.Es256.Jwk, member, value), Signer.Rs256.Jwk));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[7]}""")]
    [InlineData("""{"keys":[{}]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    public void What_is_no_key_set_is_refused(string json) => Should.Throw<FormatException>(() => JsonWebKeySet.Parse(json));

    private static JsonWebKeySet Set(params string[] keys) => JsonWebKeySet.Parse($$"""{"keys":[{{string.Join(',', keys)}}]}""");

    private static string With(string jwk, string member, string value)
    {
        var json = JsonNode.Parse(jwk)!;
        json[member] = JsonNode.Parse(value);
        return json.ToJsonString();
    }

    private static string Rsa(int bits)
    {
        using var key = RSA.Create(bits);
        return Rsa(new BigInteger(key.ExportParameters(includePrivateParameters: false).Modulus, isUnsigned: true, isBigEndian: true));
    }

    private static string Rsa(BigInteger modulus) =>
        $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(modulus.ToByteArray(isUnsigned: true, isBigEndian: true))}}","e":"AQAB"}""";
}
