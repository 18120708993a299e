using System.Collections.Frozen;
using System.Text.Json;
using Platform.Api.Identity;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Identity;

/// <summary>
/// The signature cases of Wycheproof's JOSE set. Cases with a public key must have the verdict given; those with a shared secret alone
/// (HS*) must all be refused, for there is no such algorithm here. Encryption (JWE) isn't ours.
/// </summary>
public class JoseAcceptanceTests(ITestOutputHelper output)
{
    private const string Set = "identity/jose";

    private static readonly JwtOptions _options = new() { Issuers = FrozenSet<string>.Empty, Audience = "" };

    [Theory]
    [InlineData("json_web_crypto_test.json", 29, 20)]
    [InlineData("json_web_key_test.json", 11, 15)]
    public void Signature_cases_have_their_verdict(string file, int withPublicKey, int withSecret)
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AcceptanceSets.Find(Set)!, file)));
        int met = 0, refused = 0, others = 0;
        var misses = new List<string>();
        foreach (var group in json.RootElement.GetProperty("testGroups").EnumerateArray())
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                if (!test.TryGetProperty("jws", out var jws))
                {
                    others++;
                    continue;
                }

                var isAsymmetric = group.TryGetProperty("public", out var key);
                var expected = isAsymmetric && test.GetProperty("result").GetString() == "valid";
                var accepted = Accepts(jws, isAsymmetric ? key : group.GetProperty("private"));
                if (accepted != expected)
                    misses.Add($"{test.GetProperty("tcId")} {test.GetProperty("comment").GetString()}");
                else if (isAsymmetric)
                    met++;
                else
                    refused++;
            }

        output.WriteLine($"{file}: {met} with public key met, {refused} with secret refused, {others} encryption, {misses.Count} missed");
        misses.ShouldBeEmpty();
        (met, refused).ShouldBe((withPublicKey, withSecret));
    }

    private static bool Accepts(JsonElement jws, JsonElement key)
    {
        try
        {
            var keys = JsonWebKeySet.Parse(key.TryGetProperty("keys", out _) ? key.GetRawText() : $$"""{"keys":[{{key.GetRawText()}}]}""");
            var token = jws.ValueKind == JsonValueKind.String ? jws.GetString()! : jws.GetRawText();
            return JsonWebSignature.Verify(token, _options.Algorithms, keys).Verified is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
