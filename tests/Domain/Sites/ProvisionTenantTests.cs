using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

public sealed class ProvisionTenantTests
{
    private static readonly TenantProvisioned Provisioned = new("a2b3c4d5e6f7", "Example");

    [Fact]
    public void A_tenant_starts_under_its_trimmed_name() => Spec.Given<Tenant>()
        .When(new ProvisionTenant("a2b3c4d5e6f7", " Example "))
        .Then(Provisioned);

    [Fact]
    public void The_same_again_changes_nothing() => Spec.Given<Tenant>(Provisioned)
        .When(new ProvisionTenant("a2b3c4d5e6f7", "Example"))
        .ThenNothing();

    [Fact]
    public void An_id_stands_for_one_tenant() => Spec.Given<Tenant>(Provisioned)
        .When(new ProvisionTenant("a2b3c4d5e6f7", "Other"))
        .ThenRejected("The tenant a2b3c4d5e6f7 already exists under another name.");

    [Theory]
    [InlineData("")]
    [InlineData("a2b3c4d5e6f")]
    [InlineData("a2b3c4d5e6f77")]
    [InlineData("A2b3c4d5e6f7")]
    [InlineData("a2b3c4d5e6f1")]
    [InlineData("a2b3c4d5e6f7\n")]
    public void An_id_is_12_base32_characters(string id) => Spec.Given<Tenant>()
        .When(new ProvisionTenant(id, ""))
        .ThenInvalid(("tenantId", "Must be 12 lower-case base32 characters."), ("name", "Is required."));
}
