using System.Security.Cryptography;
using System.Text;
using Platform.Domain.Audit;
using Platform.Ledger;

namespace Platform.Domain.Tests.Audit;

/// <summary>Key pairs to sign with, and what they register.</summary>
internal static class SigningKeys
{
    public const string Tenant = "tenantaaaaaa";

    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];
    private static readonly ECDsa Curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Ed25519Key { get; } = Convert.ToBase64String([.. Convert.FromHexString("302a300506032b6570032100"), .. Ed25519.PublicKey(Seed)]);

    public static string Es256Key { get; } = Convert.ToBase64String(Curve.ExportSubjectPublicKeyInfo());

    public static string Ed25519Sign(string text) => Convert.ToBase64String(Ed25519.Sign(Seed, Encoding.UTF8.GetBytes(text)));

    public static string Es256Sign(string text, DSASignatureFormat format) => Convert.ToBase64String(Curve.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, format));

    public static PublicKey Parse(string key) => PublicKey.TryParse(key, out _).ShouldNotBeNull();

    public static RegisterSigningKey Register(string subject = "ann") =>
        new(Tenant, subject, "Laptop", "Ed25519", Ed25519Key, Ed25519Sign(SigningStatement.OfKey(Tenant, subject, Parse(Ed25519Key))));

    public static SigningKeyRegistered Registered { get; } =
        new(SigningKey.IdOf(Ed25519Key), "ann", "Laptop", "Ed25519", Ed25519Key, Register().Proof);

    public static SigningKeyRevoked Revoked { get; } = new(Registered.KeyId, "Lost");
}
