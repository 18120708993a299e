using System.Text.Json;
using Platform.Tests.Support;

namespace Platform.Ledger.Tests.Personal;

/// <summary>Sealed texts against samples/ledger/vectors-sealed-1.json, which another implementation sealed.</summary>
public sealed class SealedTextVectorTests
{
    private static readonly JsonElement _vectors =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "samples/ledger/vectors-sealed-1.json"))).RootElement.GetProperty("vectors");

    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, _vectors.GetArrayLength())];

    [Fact]
    public void There_are_three_vectors() => Vectors.Count.ShouldBe(3);

    [Theory, MemberData(nameof(Vectors))]
    public void Each_opens_to_its_plaintext_under_the_key_that_it_commits_to(int number)
    {
        var v = _vectors[number];
        using var header = JsonDocument.Parse(v.GetProperty("header").GetString()!);
        var (of, token) = (header.RootElement, v.GetProperty("token").GetString()!);
        SealedText.TryParse(token, out var text).ShouldBeTrue();
        (text!.KeyId, text.SubjectId, text.TenantId, text.EventId, text.Property)
            .ShouldBe((of.GetProperty("kid").GetGuid(), of.GetProperty("sub").GetGuid(), of.GetProperty("tenant").GetString(), of.GetProperty("event").GetGuid(), of.GetProperty("property").GetString()));
        var key = new SubjectKey(text.KeyId, text.TenantId, text.SubjectId, Convert.FromHexString(v.GetProperty("key").GetString()!));
        key.Commitment(Convert.FromHexString(v.GetProperty("salt").GetString()!)).ToString().ShouldBe(v.GetProperty("commitment").GetString());
        text.Commitment.ToString().ShouldBe(v.GetProperty("commitment").GetString());
        text.Open(key).ShouldBe(v.GetProperty("plaintext").GetString());
        // What we seal has the same header, but for what is drawn.
        SealedText.TryParse(SealedText.Seal(key, text.EventId, text.Property, "x"), out var ours).ShouldBeTrue();
        HeaderOf(ours!.Token).ShouldStartWith(HeaderOf(token)[..HeaderOf(token).IndexOf("\"salt\"", StringComparison.Ordinal)]);
    }

    private static string HeaderOf(string token) => System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0]));
}
