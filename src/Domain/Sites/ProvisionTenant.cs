using System.Text.RegularExpressions;

namespace Platform.Domain.Sites;

/// <summary>Starts a tenant; its stream is <see cref="Tenant.IdOf"/> its id.</summary>
/// <param name="TenantId">New and random, given by the caller: 12 lower-case base32 characters (RFC 4648, section 6). Never a name.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
public sealed partial record ProvisionTenant(string TenantId, string Name) : ICommand<ProvisionTenant, Tenant>
{
    public static Decision Decide(ProvisionTenant command, Tenant state)
    {
        if (Check(command).Rejection is { } invalid) return invalid;

        var name = command.Name.Trim();
        return state switch
        {
            { Exists: false } => Decision.Of(new TenantProvisioned(command.TenantId, name)),
            { Name: var known } when known == name => Decision.Nothing,
            _ => Reject.Conflict($"The tenant {command.TenantId} already exists under another name."),
        };
    }

    private static FieldErrors Check(ProvisionTenant command) => new FieldErrors()
        .Add("tenantId", Base32().IsMatch(command.TenantId) ? null : "Must be 12 lower-case base32 characters.")
        .Add("name", DisplayName.Problem(command.Name));

    [GeneratedRegex(@"^[a-z2-7]{12}\z")]
    private static partial Regex Base32();
}
