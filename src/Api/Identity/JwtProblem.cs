namespace Platform.Api.Identity;

/// <summary>Why a token isn't accepted, and a sentence that says so without repeating anything from the token.</summary>
public sealed record JwtProblem(JwtFailure Reason, string Message);
