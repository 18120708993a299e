using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Api.Identity;

/// <summary>What a verified token says.</summary>
public sealed record JwtClaims
{
    /// <summary><c>sub</c>, 1 to 255 characters.</summary>
    public required string Subject { get; init; }

    /// <summary>The tenant's id, 1 to 255 characters.</summary>
    public required string Tenant { get; init; }

    /// <summary>At most 32; empty if the token has none.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary><c>scope</c> as it stands, if there is one.</summary>
    public string? Scope { get; init; }

    public required string Issuer { get; init; }

    /// <summary><c>exp</c> to the millisecond.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>All claims.</summary>
    public required JsonElement All { get; init; }
}
