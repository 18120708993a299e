namespace Platform.Api.Http;

/// <summary>Why something is done.</summary>
/// <param name="Reason">As the command's description says; recorded.</param>
public sealed record ReasonBody(string? Reason);

/// <summary>A command that says all in its path: <c>{}</c> or no body.</summary>
public sealed record EmptyBody;
