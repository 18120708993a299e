using Platform.Domain.Audit;
using static Platform.Domain.Tests.Audit.SigningKeys;

namespace Platform.Domain.Tests.Audit;

public sealed class SigningKeyTests
{
    [Fact]
    public void A_key_is_registered_once()
    {
        Spec.Given<SigningKey>().When(Register()).Then(Registered);
        Spec.Given<SigningKey>(Registered).When(Register()).ThenNothing();
        Spec.Given<SigningKey>(Registered).When(Register() with { Name = "Other" }).ThenNothing();
    }

    [Fact]
    public void Nobody_registers_somebody_elses_key() =>
        Spec.Given<SigningKey>(Registered).When(Register("bea")).ThenTaken("publicKey", "This key is somebody else's.");

    [Fact]
    public void A_revoked_key_does_not_come_back() =>
        Spec.Given<SigningKey>(Registered, Revoked).When(Register()).ThenTaken("publicKey", "This key was revoked, and a revoked key doesn't come back.");

    [Fact]
    public void The_proof_is_by_the_key_for_this_tenant_and_this_subject()
    {
        const string message = "Isn't a signature by this key over the text that registers it.";
        Spec.Given<SigningKey>().When(Register() with { Subject = "bea" }).ThenInvalid(("proof", message));
        Spec.Given<SigningKey>().When(Register() with { TenantId = "tenantbbbbbb" }).ThenInvalid(("proof", message));
        Spec.Given<SigningKey>().When(Register() with { PublicKey = Es256Key, Algorithm = "ES256" }).ThenInvalid(("proof", message));
        Spec.Given<SigningKey>().When(Register() with { Proof = Ed25519Sign("text") }).ThenInvalid(("proof", message));
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        Spec.Given<SigningKey>().When(new RegisterSigningKey(Tenant, "ann", "", "", "", ""))
            .ThenInvalid(("name", "Is required."), ("algorithm", "One of Ed25519, ES256."), ("publicKey", "Is required."), ("proof", "Is required."));
        Spec.Given<SigningKey>().When(Register() with { Algorithm = "ES256" }).ThenInvalid(("publicKey", "It's a key of Ed25519, not of ES256."));
        Spec.Given<SigningKey>().When(Register() with { Algorithm = "RS256" }).ThenInvalid(("algorithm", "One of Ed25519, ES256."));
    }

    [Fact]
    public void The_text_that_registers_a_key_is_the_documented_one() => SigningStatement.OfKey(Tenant, "ann", Parse(Ed25519Key))
        .ShouldBe($"platform/signing-key/l1\ntenant tenantaaaaaa\nsubject ann\nalgorithm Ed25519\nkey {Ed25519Key}\n");

    [Fact]
    public void Its_holder_revokes_it_once()
    {
        Spec.Given<SigningKey>(Registered).When(new RevokeSigningKey(Registered.KeyId, "ann", " Lost ")).Then(Revoked);
        Spec.Given<SigningKey>(Registered, Revoked).When(new RevokeSigningKey(Registered.KeyId, "ann", "Again")).ThenNothing();
    }

    [Fact]
    public void Others_revoke_it_only_if_they_may()
    {
        Spec.Given<SigningKey>(Registered).When(new RevokeSigningKey(Registered.KeyId, "bea", "Lost"))
            .ThenRejected("The key is somebody else's: its holder revokes it, or whoever may withdraw keys.");
        Spec.Given<SigningKey>(Registered).When(new RevokeSigningKey(Registered.KeyId, null, "Lost")).Then(Revoked);
    }

    [Fact]
    public void Revoking_needs_a_key_and_a_reason()
    {
        Spec.Given<SigningKey>().When(new RevokeSigningKey(Registered.KeyId, "ann", "Lost")).ThenNotFound("There is no such key.");
        Spec.Given<SigningKey>(Registered).When(new RevokeSigningKey(Registered.KeyId, "ann", " ")).ThenInvalid(("reason", "Is required."));
    }
}
