using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Identity;

/// <summary>What something did to a decision.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessEffect>))]
public enum AccessEffect
{
    /// <summary>It grants the permission there.</summary>
    [JsonStringEnumMemberName("grants")]
    Grants,

    /// <summary>A denial on the way from the site up to the tenant: no grant stands against it.</summary>
    [JsonStringEnumMemberName("denies")]
    Denies,

    /// <summary>Suspended, removed or revoked.</summary>
    [JsonStringEnumMemberName("bars")]
    Bars,

    /// <summary>The scopes of the key or token don't have the permission.</summary>
    [JsonStringEnumMemberName("out-of-scope")]
    OutOfScope,

    /// <summary>The role doesn't have the permission, by itself or inherited.</summary>
    [JsonStringEnumMemberName("role-lacks-it")]
    RoleLacksIt,

    /// <summary>There is no such role, or it was retired.</summary>
    [JsonStringEnumMemberName("no-such-role")]
    NoSuchRole,

    /// <summary>It's on a site that isn't on the way from the site asked about up to the tenant.</summary>
    [JsonStringEnumMemberName("elsewhere")]
    Elsewhere,

    [JsonStringEnumMemberName("not-yet")]
    NotYet,

    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>Somebody else has to approve the grant, or what the role can do since it was approved.</summary>
    [JsonStringEnumMemberName("awaits-approval")]
    AwaitsApproval,
}

/// <summary>One thing that a decision looked at.</summary>
/// <param name="Effect">What it did.</param>
/// <param name="Id">The grant or the denial; null: a role of the token, or who asks.</param>
/// <param name="SiteId">Where it holds, with all sites below; null: in the whole tenant.</param>
/// <param name="Role">The role it's about; null: none.</param>
/// <param name="Line">From that role by inheritance to the one whose own the permission is; empty where it hasn't the permission.</param>
/// <param name="GroupId">The group that the grant is for; null: who asks, by themselves.</param>
public readonly record struct AccessReason(AccessEffect Effect, Guid? Id, Guid? SiteId, string? Role, ImmutableArray<string> Line, Guid? GroupId = null);

/// <summary>Whether somebody has a permission, and because of what.</summary>
/// <param name="Allowed">They have it.</param>
/// <param name="Reasons">What bars and denies first, then each role of the token, then each grant.</param>
public sealed record AccessDecision(bool Allowed, ImmutableArray<AccessReason> Reasons);
