using System.Security.Cryptography;
using System.Text;
using Platform.Domain.Audit;
using Platform.Ledger;

namespace Platform.Api.Tests.Audit;

/// <summary>Somebody with a key pair of Ed25519, who signs over HTTP.</summary>
internal sealed class SigningPerson(HttpClient client, string tenant, string subject)
{
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);

    public HttpClient Client => client;

    public Guid KeyId { get; private set; }

    public string Key => Convert.ToBase64String([.. Convert.FromHexString("302a300506032b6570032100"), .. Ed25519.PublicKey(_seed)]);

    public string Sign(string text) => Convert.ToBase64String(Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text)));

    public object Registration => new { name = "Laptop", algorithm = "Ed25519", publicKey = Key, proof = Sign(SigningStatement.OfKey(tenant, subject, PublicKey.TryParse(Key, out _)!)) };

    public async Task<SigningPerson> RegisteredAsync()
    {
        KeyId = (await client.PostAsync("/api/audit/keys", Registration)).ShouldBe(201).Receipt.StreamId;
        return this;
    }

    /// <summary>A signature over the statement that the platform makes.</summary>
    public async Task<object> SignatureAsync(Guid streamId, long version = 1, string kind = "approval", string meaning = "Ready to print")
    {
        var asked = await client.AskAsync($"/api/audit/signatures/statement?streamId={streamId}&version={version}&kind={kind}&meaning={Uri.EscapeDataString(meaning)}");
        return new { keyId = KeyId, kind, streamId, version, meaning, signature = Sign(asked.ShouldBe(200).Json.GetProperty("statement").GetString()!) };
    }
}
