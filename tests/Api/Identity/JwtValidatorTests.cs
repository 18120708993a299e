using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Identity;

namespace Platform.Api.Tests.Identity;

public class JwtValidatorTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly long _seconds = _now.ToUnixTimeSeconds();

    public static TheoryData<string> Algorithms => [.. Signer.All.Select(signer => signer.Algorithm)];

    [Theory, MemberData(nameof(Algorithms))]
    public void A_good_token_is_accepted_with_each_algorithm(string algorithm)
    {
        var signer = Signer.All.Single(signer => signer.Algorithm == algorithm);
        var claims = Validate(signer.Token(Claims()), [.. Signer.All]).Claims.ShouldNotBeNull();
        claims.Subject.ShouldBe("user-1");
        claims.Tenant.ShouldBe("k3v9d2m7q4xa");
        claims.Roles.ShouldBe(["editor", "analyst"]);
        claims.Scope.ShouldBe("content");
        claims.Issuer.ShouldBe("https://issuer.example");
        claims.ExpiresAt.ShouldBe(_now.AddMinutes(5));
        claims.All.GetProperty("extra").GetInt32().ShouldBe(1);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_signature_with_one_bit_changed_is_refused(string algorithm)
    {
        var signer = Signer.All.Single(signer => signer.Algorithm == algorithm);
        Refuses(signer.Token(Claims(), signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)]), JwtFailure.BadSignature, signer);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_truncated_or_extended_signature_is_refused(string algorithm)
    {
        var signer = Signer.All.Single(signer => signer.Algorithm == algorithm);
        Refuses(signer.Token(Claims(), signature => signature[..^1]), JwtFailure.BadSignature, signer);
        Refuses(signer.Token(Claims(), signature => [.. signature, 0]), JwtFailure.BadSignature, signer);
        Refuses(signer.Token(Claims(), signature => [0, .. signature]), JwtFailure.BadSignature, signer);
        Refuses(signer.Token(Claims(), _ => []), JwtFailure.BadSignature, signer);
        Refuses(signer.Token(Claims(), signature => new byte[signature.Length]), JwtFailure.BadSignature, signer);
    }

    [Fact]
    public void A_signature_in_DER_form_is_refused() => Refuses(
        Signer.Es256.Token(Claims(), signature =>
        {
            byte[] r = [0, .. signature[..32]], s = [0, .. signature[32..]];
            return [0x30, 70, 2, 33, .. r, 2, 33, .. s];
        }),
        JwtFailure.BadSignature);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("ES256K")]
    [InlineData("EdDSA")]
    [InlineData("es256")]
    public void An_algorithm_off_the_list_is_refused(string algorithm) =>
        Refuses(Signer.Es256.Token(Claims(), Header(("alg", algorithm))), JwtFailure.UnsupportedAlgorithm);

    [Fact]
    public void A_token_without_signature_is_refused() =>
        Refuses(Unsigned("""{"alg":"none"}""") + ".", JwtFailure.UnsupportedAlgorithm);

    [Fact]
    public void A_public_key_used_as_a_shared_secret_is_refused()
    {
        var signed = Unsigned(Header(("alg", "HS256")));
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Signer.Es256.Jwk), Encoding.ASCII.GetBytes(signed));
        Refuses($"{signed}.{Base64Url.EncodeToString(mac)}", JwtFailure.UnsupportedAlgorithm);
    }

    [Fact]
    public void An_algorithm_that_the_options_leave_out_is_refused() =>
        Validator([Signer.Es256], options => options with { Algorithms = new HashSet<string> { "RS256", "HS256" } })
            .Validate(Signer.Es256.Token(Claims())).Problem!.Reason.ShouldBe(JwtFailure.UnsupportedAlgorithm);

    [Theory]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    public void An_algorithm_that_is_not_of_the_keys_type_and_curve_is_refused(string algorithm) =>
        Refuses(Signer.Es256.Token(Claims(), Header(("alg", algorithm))), JwtFailure.UnknownKey);

    [Fact]
    public void A_signature_by_another_algorithm_of_the_same_key_is_refused() =>
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"PS256","kid":"rsa-1"}"""), JwtFailure.BadSignature, Signer.Rs256);

    [Fact]
    public void The_key_that_kid_names_is_the_only_one_tried()
    {
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256","kid":"rsa-2"}"""), JwtFailure.BadSignature, Signer.Rs256, Signer.Rs384);
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256","kid":"other"}"""), JwtFailure.UnknownKey, Signer.Rs256);
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256","kid":""}"""), JwtFailure.UnknownKey, Signer.Rs256);
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256","kid":["rsa-1"]}"""), JwtFailure.Malformed, Signer.Rs256);
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256","kid":null}"""), JwtFailure.Malformed, Signer.Rs256);
    }

    [Fact]
    public void Without_kid_exactly_one_key_must_fit()
    {
        Validate(Signer.Rs256.Token(Claims(), """{"alg":"RS256"}"""), [Signer.Rs256, Signer.Es256]).IsValid.ShouldBeTrue();
        Refuses(Signer.Rs256.Token(Claims(), """{"alg":"RS256"}"""), JwtFailure.UnknownKey, Signer.Rs256, Signer.Rs384);
    }

    [Fact]
    public void A_token_that_was_accepted_is_refused_once_its_key_is_gone_or_its_time_is_over()
    {
        JsonWebKeySet Keys(Signer signer) => JsonWebKeySet.Parse($$"""{"keys":[{{signer.Jwk}}]}""");
        var (set, clock, token) = (Keys(Signer.Es256), new FixedClock(_now), Signer.Es256.Token(Claims()));
        var options = new JwtOptions { Issuers = new HashSet<string> { "https://issuer.example" }, Audience = "platform" };
        var validator = new JwtValidator(options, () => set, clock);
        validator.Validate(token).Problem.ShouldBeNull();
        validator.Validate(token).Problem.ShouldBeNull();
        validator.Validate(token[..^4] + "AAAA").IsValid.ShouldBeFalse();
        clock.Now = _now.AddDays(1);
        validator.Validate(token).Problem!.Reason.ShouldBe(JwtFailure.Expired);
        clock.Now = _now;
        set = Keys(Signer.Rs256);
        validator.Validate(token).IsValid.ShouldBeFalse();
    }

    [Fact]
    public void Two_keys_of_one_id_are_ambiguous() =>
        Refuses(Signer.Rs256.Token(Claims()), JwtFailure.UnknownKey, Signer.Rs256, Signer.Rs256);

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    public void A_key_that_the_header_brings_is_not_used(string member)
    {
        var header = JsonNode.Parse(Signer.Es256.Header)!;
        header["kid"] = Signer.Es384.KeyId;
        header[member] = JsonNode.Parse(Signer.Es256.Jwk);
        Refuses(Signer.Es256.Token(Claims(), header.ToJsonString()), JwtFailure.UnknownKey, Signer.Es384);
    }

    [Fact]
    public void Critical_extensions_are_refused()
    {
        Refuses(Signer.Es256.Token(Claims(), """{"alg":"ES256","crit":["b64"],"b64":false}"""), JwtFailure.CriticalHeader);
        Refuses(Signer.Es256.Token(Claims(), """{"alg":"ES256","crit":[]}"""), JwtFailure.CriticalHeader);
    }

    [Theory]
    [InlineData("\"at+jwt\"", true)]
    [InlineData("\"jwt\"", true)]
    [InlineData("\"logout+jwt\"", false)]
    [InlineData("7", false)]
    public void The_type_is_that_of_a_token_or_absent(string type, bool accepted)
    {
        var token = Signer.Es256.Token(Claims(), $$"""{"alg":"ES256","typ":{{type}}}""");
        if (accepted)
            Validate(token, [Signer.Es256]).IsValid.ShouldBeTrue();
        else
            Refuses(token, JwtFailure.UnsupportedType);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    public void What_is_no_compact_token_is_refused(string token) => Refuses(token, JwtFailure.Malformed);

    [Theory]
    [InlineData("=")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("+")]
    [InlineData("/")]
    [InlineData("é")]
    [InlineData("\0")]
    public void Anything_but_base64url_is_refused(string text)
    {
        var parts = Signer.Es256.Token(Claims()).Split('.');
        Refuses($"{parts[0]}{text}.{parts[1]}.{parts[2]}", JwtFailure.Malformed);
        Refuses($"{parts[0]}.{parts[1]}{text}.{parts[2]}", JwtFailure.Malformed);
        Refuses($"{parts[0]}.{parts[1]}.{text}{parts[2]}", JwtFailure.Malformed);
    }

    [Fact]
    public void Unused_trailing_bits_must_be_zero()
    {
        const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = Signer.Es256.Token(Claims());
        var next = digits[digits.IndexOf(token[^1], StringComparison.Ordinal) + 1];
        Refuses(token[..^1] + next, JwtFailure.Malformed);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","\u0061lg":"none"}""")]
    [InlineData("""["ES256"]""")]
    [InlineData("""{"alg":"ES256"} {}""")]
    [InlineData("""{"alg":"ES256",}""")]
    [InlineData("""{"alg":"ES256","a":"\ud800"}""")]
    [InlineData("""{"alg":"ES256","a":[[[[[[[[1]]]]]]]]}""")]
    [InlineData("\ufeff{\"alg\":\"ES256\"}")]
    public void A_header_that_parsers_could_read_differently_is_refused(string header) =>
        Refuses(Signer.Es256.Token(Claims(), header), JwtFailure.Malformed);

    [Fact]
    public void Claims_that_parsers_could_read_differently_are_refused()
    {
        Refuses(Signer.Es256.Token(Claims()[..^1] + ",\"sub\":\"admin\"}"), JwtFailure.Malformed);
        Refuses(Signer.Es256.Token(With(Claims(), "nested", """{"a":{"b":1,"b":2}}""")), JwtFailure.Malformed);
        Refuses(Signer.Es256.Token("[]"), JwtFailure.Malformed);
        Refuses(Signer.Es256.Token("\"sub\""), JwtFailure.Malformed);
        Refuses(Signer.Es256.Token([.. "{\""u8, 0xff, .. "\":1}"u8], Encoding.UTF8.GetBytes(Signer.Es256.Header)), JwtFailure.Malformed);
        Refuses(Signer.Es256.Token([.. "{\"sub\":\""u8, 0xff, .. "\"}"u8], Encoding.UTF8.GetBytes(Signer.Es256.Header)), JwtFailure.Malformed);
    }

    [Fact]
    public void A_token_longer_than_8_KiB_is_refused()
    {
        Refuses(Signer.Es256.Token(Claims(("extra", new string('x', 8192)))), JwtFailure.TooLong);
        Validate(Signer.Es256.Token(Claims(("extra", new string('x', 5500)))), [Signer.Es256]).IsValid.ShouldBeTrue();
    }

    [Fact]
    public void A_token_ends_with_exp_and_the_skew()
    {
        Accepts("exp", _seconds - 59);
        Refuses("exp", _seconds - 60, JwtFailure.Expired);
        Accepts("exp", _seconds - 59.5);
        Refuses("exp", _seconds - 60.5, JwtFailure.Expired);
    }

    [Fact]
    public void A_token_starts_with_nbf_and_iat_and_the_skew()
    {
        foreach (var claim in new[] { "nbf", "iat" })
        {
            Accepts(claim, _seconds + 60);
            Refuses(claim, _seconds + 61, JwtFailure.NotYetValid);
        }
    }

    [Theory]
    [InlineData("exp", "null")]
    [InlineData("exp", "\"1800000000\"")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "253402300800")]
    [InlineData("exp", "-1")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("iat", "true")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "7")]
    [InlineData("tenant", "\"\"")]
    [InlineData("tenant", "[\"k3v9d2m7q4xa\"]")]
    [InlineData("roles", "\"editor\"")]
    [InlineData("roles", "[1]")]
    [InlineData("roles", "null")]
    [InlineData("scope", "[]")]
    public void A_claim_of_another_form_is_refused(string claim, string value) =>
        Refuses(Signer.Es256.Token(With(Claims(), claim, value)), JwtFailure.BadClaim);

    [Theory]
    [InlineData("exp")]
    [InlineData("sub")]
    [InlineData("tenant")]
    public void A_missing_claim_is_refused(string claim) => Refuses(Signer.Es256.Token(Claims((claim, null))), JwtFailure.BadClaim);

    [Fact]
    public void Long_claims_are_refused()
    {
        Accepts("sub", new string('x', 255));
        Refuses("sub", new string('x', 256), JwtFailure.BadClaim);
        Accepts("roles", new JsonArray([.. Enumerable.Repeat(0, 32).Select(_ => JsonValue.Create("r"))]));
        Refuses("roles", new JsonArray([.. Enumerable.Repeat(0, 33).Select(_ => JsonValue.Create("r"))]), JwtFailure.BadClaim);
    }

    [Fact]
    public void Roles_and_scope_may_be_absent()
    {
        var claims = Validate(Signer.Es256.Token(Claims(("roles", null), ("scope", null))), [Signer.Es256]).Claims.ShouldNotBeNull();
        claims.Roles.ShouldBeEmpty();
        claims.Scope.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://issuer.example/")]
    [InlineData("HTTPS://issuer.example")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_issuer_is_refused(string? issuer) => Refuses(Signer.Es256.Token(Claims(("iss", issuer))), JwtFailure.WrongIssuer);

    [Fact]
    public void The_audience_is_ours_or_contains_ours()
    {
        Accepts("aud", new JsonArray("other", "platform"));
        Refuses("aud", new JsonArray("other"), JwtFailure.WrongAudience);
        Refuses("aud", new JsonArray("platform", 7), JwtFailure.WrongAudience);
        Refuses("aud", "platform2", JwtFailure.WrongAudience);
        Refuses("aud", null, JwtFailure.WrongAudience);
    }

    private static void Accepts(string claim, JsonNode? value) =>
        Validate(Signer.Es256.Token(Claims((claim, value))), [Signer.Es256]).Problem.ShouldBeNull();

    private static void Refuses(string claim, JsonNode? value, JwtFailure reason) => Refuses(Signer.Es256.Token(Claims((claim, value))), reason);

    private static void Refuses(string token, JwtFailure reason, params Signer[] keys)
    {
        var result = Validate(token, keys.Length == 0 ? [Signer.Es256] : keys);
        result.IsValid.ShouldBeFalse();
        result.Problem!.Reason.ShouldBe(reason);
    }

    private static JwtResult Validate(string token, Signer[] keys) => Validator(keys).Validate(token);

    private static JwtValidator Validator(Signer[] keys, Func<JwtOptions, JwtOptions>? adapt = null)
    {
        var set = JsonWebKeySet.Parse($$"""{"keys":[{{string.Join(',', keys.Select(key => key.Jwk))}}]}""");
        var options = new JwtOptions { Issuers = new HashSet<string> { "https://issuer.example" }, Audience = "platform" };
        return new JwtValidator(adapt?.Invoke(options) ?? options, () => set, new FixedClock(_now));
    }

    private static string Unsigned(string header) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Claims()))}";

    private static string Header((string Member, string Value) other)
    {
        var header = JsonNode.Parse(Signer.Es256.Header)!;
        header[other.Member] = other.Value;
        return header.ToJsonString();
    }

    /// <summary>Good claims, some replaced; null takes one away.</summary>
    private static string Claims(params (string Name, JsonNode? Value)[] changes)
    {
        var claims = new JsonObject
        {
            ["iss"] = "https://issuer.example",
            ["aud"] = "platform",
            ["sub"] = "user-1",
            ["tenant"] = "k3v9d2m7q4xa",
            ["roles"] = new JsonArray("editor", "analyst"),
            ["scope"] = "content",
            ["iat"] = _seconds,
            ["nbf"] = _seconds,
            ["exp"] = _seconds + 300,
            ["extra"] = 1,
        };
        foreach (var (name, value) in changes)
        {
            claims.Remove(name);
            if (value is not null)
                claims[name] = value;
        }

        return claims.ToJsonString();
    }

    /// <summary>The claim with a value in its exact spelling.</summary>
    private static string With(string json, string claim, string value)
    {
        var claims = JsonNode.Parse(json)!.AsObject();
        claims.Remove(claim);
        return $"{claims.ToJsonString()[..^1]},\"{claim}\":{value}}}";
    }
}
