using System.Diagnostics.CodeAnalysis;

namespace Platform.Api.Identity;

/// <summary>The claims of a token, or the problem with it.</summary>
public sealed record JwtResult
{
    private JwtResult(JwtClaims? claims, JwtProblem? problem) => (Claims, Problem) = (claims, problem);

    public JwtClaims? Claims { get; }

    public JwtProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Claims))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsValid => Claims is not null;

    internal static JwtResult Valid(JwtClaims claims) => new(claims, null);

    internal static JwtResult Refused(JwtProblem problem) => new(null, problem);

    internal static JwtResult Refused(JwtFailure reason, string message) => new(null, new JwtProblem(reason, message));
}
