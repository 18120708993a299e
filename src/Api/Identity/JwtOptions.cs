using System.Collections.Frozen;

namespace Platform.Api.Identity;

/// <summary>What a token must say to be accepted.</summary>
public sealed record JwtOptions
{
    /// <summary>Accepted values of <c>iss</c>, compared character by character.</summary>
    public required IReadOnlySet<string> Issuers { get; init; }

    /// <summary>The value that <c>aud</c> is or contains.</summary>
    public required string Audience { get; init; }

    /// <summary>How far clocks may differ; 60 seconds by default.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Accepted values of <c>alg</c>; by default RS, PS and ES with 256, 384 and 512. Others are never accepted.</summary>
    public IReadOnlySet<string> Algorithms { get; init; } = SignatureAlgorithm.Names.ToFrozenSet(StringComparer.Ordinal);
}
