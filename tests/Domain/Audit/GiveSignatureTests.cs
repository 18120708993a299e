using Platform.Domain.Audit;
using static Platform.Domain.Tests.Audit.SigningKeys;

namespace Platform.Domain.Tests.Audit;

public sealed class GiveSignatureTests
{
    private static readonly Guid Stream = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly string Hash = new('a', 64);
    private static readonly string Statement =
        $"platform/signature/l1\ntenant tenantaaaaaa\nkind approval\nstream {Stream}\nversion 3\nhash {Hash}\nmeaning Ready to print\n";

    private static readonly GiveSignature Give = new(Tenant, "ann", Registered.KeyId, "approval", Stream, 3, "Ready to print", Ed25519Sign(Statement));

    private static readonly SignatureGiven Given =
        new(Give.SignatureId, Registered.KeyId, "ann", "approval", Stream, 3, Hash, "Ready to print", Statement, Give.Value);

    [Fact]
    public void A_signature_is_recorded_with_what_was_signed() => Spec.Given<Signature>().When(Decide(Give)).Then(Given);

    [Fact]
    public void The_same_thing_is_signed_once() => Spec.Given<Signature>(Given).When(Decide(Give)).ThenNothing();

    [Fact]
    public void Another_key_kind_event_or_meaning_is_another_signature() => new[]
    {
        Give, Give with { KeyId = Stream }, Give with { Kind = "version" }, Give with { StreamVersion = 2 }, Give with { StreamId = Registered.KeyId }, Give with { Meaning = "Ready" },
    }.Select(command => command.SignatureId).ShouldBeUnique();

    [Fact]
    public void A_signature_over_anything_else_is_refused()
    {
        const string message = "Isn't a signature by this key over the statement of what is signed.";
        foreach (var other in new[] { Give with { Kind = "version" }, Give with { StreamVersion = 2 }, Give with { Meaning = "Ready" }, Give with { TenantId = "tenantbbbbbb" }, Give with { Value = "AAAA" } })
            Spec.Given<Signature>().When(Decide(other)).ThenInvalid(("signature", message));
        Spec.Given<Signature>().When(Decide(Give, hash: new string('b', 64))).ThenInvalid(("signature", message));
        Spec.Given<Signature>().When(Decide(Give with { Value = Ed25519Sign(Statement + "\n") })).ThenInvalid(("signature", message));
    }

    [Fact]
    public void A_key_has_to_be_there_and_be_the_callers()
    {
        Spec.Given<Signature>().When(signature => GiveSignature.Decide(Give, signature, SigningKey.Initial, Hash)).ThenInvalid(("keyId", "There is no such key."));
        Spec.Given<Signature>().When(Decide(Give with { Subject = "bea" })).ThenInvalid(("keyId", "The key is somebody else's."));
    }

    [Fact]
    public void A_revoked_key_signs_nothing_more()
    {
        var revoked = State.Of<SigningKey>(Registered, Revoked);
        foreach (var events in new object[][] { [], [Given] })
            Spec.Given<Signature>(events).When(signature => GiveSignature.Decide(Give, signature, revoked, Hash)).ThenTaken("keyId", "The key was revoked: Lost");
    }

    [Fact]
    public void An_event_that_is_not_there_is_not_found() =>
        Spec.Given<Signature>().When(Decide(Give, hash: null)).ThenNotFound($"There is no event at version 3 of stream {Stream}.");

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        Spec.Given<Signature>().When(Decide(new GiveSignature(Tenant, "ann", Guid.Empty, "", Guid.Empty, 0, "", ""))).ThenInvalid(
            ("keyId", "Is required."), ("kind", "Is required."), ("streamId", "Is required."), ("version", "Must be at least 1."), ("meaning", "Is required."), ("signature", "Is required."));
        Spec.Given<Signature>().When(Decide(Give with { Kind = "whim", Meaning = "two\nlines" }))
            .ThenInvalid(("kind", "One of version, approval, deployment."), ("meaning", "Must hold no control characters."));
        Spec.Given<Signature>().When(Decide(Give with { Meaning = " Ready" })).ThenInvalid(("meaning", "Must have no white space around it: it's signed to the letter."));
    }

    private static Func<Signature, Decision> Decide(GiveSignature command, string? hash) =>
        signature => GiveSignature.Decide(command, signature, State.Of<SigningKey>(Registered), hash);

    private static Func<Signature, Decision> Decide(GiveSignature command) => Decide(command, Hash);
}
