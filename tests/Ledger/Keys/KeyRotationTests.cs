using System.Text;

namespace Platform.Ledger.Tests;

public class KeyRotationTests
{
    private static readonly byte[] _old = new byte[32];
    private static readonly byte[] _new = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] _oldKey = Ed25519.PublicKey(_old);
    private static readonly byte[] _newKey = Ed25519.PublicKey(_new);
    private static readonly byte[] _statement = KeyRotation.Statement(KeyRole.Writer, KeyAlgorithm.Ed25519, _oldKey, _newKey);

    [Fact]
    public void The_statement_names_role_algorithm_and_both_keys() => Encoding.UTF8.GetString(_statement).ShouldBe(
        $"platform/key-rotation/l1\nwriter\nEd25519\n{Convert.ToBase64String(_oldKey)}\n{Convert.ToBase64String(_newKey)}\n");

    [Fact]
    public void Both_keys_must_have_signed()
    {
        Verify(Ed25519.Sign(_new, _statement), Ed25519.Sign(_old, _statement)).ShouldBeTrue();
        Verify(Ed25519.Sign(_old, _statement), Ed25519.Sign(_old, _statement)).ShouldBeFalse();
        Verify(Ed25519.Sign(_new, _statement), Ed25519.Sign(_new, _statement)).ShouldBeFalse();
        Verify([], []).ShouldBeFalse();
        KeyRotation.Verify(KeyRole.Log, KeyAlgorithm.Ed25519, _oldKey, _newKey, Ed25519.Sign(_new, _statement), Ed25519.Sign(_old, _statement)).ShouldBeFalse();
    }

    [Fact]
    public void An_event_is_read_as_what_it_announces()
    {
        KeyAnnouncement.TryParse(KeyRotation.RegisteredType, $$"""{"role":"log","algorithm":"Ed25519","publicKey":"{{Base64(_oldKey)}}"}""", out var first).ShouldBeTrue();
        (first.Role, first.Algorithm, first.Previous, first.IsValid).ShouldBe((KeyRole.Log, KeyAlgorithm.Ed25519, null, true));
        first.PublicKey.ToArray().ShouldBe(_oldKey);
        KeyAnnouncement.TryParse(KeyRotation.RotatedType, Rotation, out var next).ShouldBeTrue();
        (next.Role, next.IsValid).ShouldBe((KeyRole.Writer, true));
        (next with { Signature = new byte[64] }).IsValid.ShouldBeFalse();
    }

    [Theory]
    [InlineData("audit.other", null)]
    [InlineData("audit.key-rotated", "{")]
    [InlineData("audit.key-rotated", "[]")]
    [InlineData("audit.key-rotated", "{}")]
    [InlineData("audit.key-registered", """{"role":"log","algorithm":"Ed25519","publicKey":"AA=="}""")]
    [InlineData("audit.key-registered", """{"role":"log","algorithm":"Ed25519","publicKey":"\ud800"}""")]
    [InlineData("audit.key-registered", """{"role":7}""")]
    public void What_is_no_announcement_is_refused(string type, string? data) => KeyAnnouncement.TryParse(type, data ?? Rotation, out _).ShouldBeFalse();

    [Theory]
    [InlineData("previous")]
    [InlineData("signature")]
    [InlineData("previousSignature")]
    [InlineData("role")]
    [InlineData("algorithm")]
    [InlineData("publicKey")]
    public void A_rotation_lacks_nothing(string member) =>
        KeyAnnouncement.TryParse(KeyRotation.RotatedType, Rotation.Replace($"\"{member}\"", "\"x\"", StringComparison.Ordinal), out _).ShouldBeFalse();

    private static string Rotation => $$"""
        {"role":"writer","algorithm":"Ed25519","publicKey":"{{Base64(_newKey)}}","previous":"{{Base64(_oldKey)}}",
         "signature":"{{Base64(Ed25519.Sign(_new, _statement))}}","previousSignature":"{{Base64(Ed25519.Sign(_old, _statement))}}"}
        """;

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private static bool Verify(byte[] signature, byte[] previousSignature) =>
        KeyRotation.Verify(KeyRole.Writer, KeyAlgorithm.Ed25519, _oldKey, _newKey, signature, previousSignature);
}
