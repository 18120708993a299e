namespace Platform.Domain.Audit;

/// <summary>Somebody with a valid token asked for what their roles don't allow, and was refused.</summary>
/// <param name="Subject">Who, as in the token.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">The route's template, such as <c>/api/content/{id:guid}/publish</c>: neither ids nor query nor body, which may be personal.</param>
/// <param name="Count">How often, from the first to the last.</param>
/// <param name="From">First of them.</param>
/// <param name="Until">Last of them.</param>
/// <param name="Permission">What they lacked; null: the route is open to nobody.</param>
[EventType("audit.attempt-denied")]
public sealed record AttemptDenied(string Subject, string Method, string Route, long Count, DateTimeOffset From, DateTimeOffset Until, string? Permission = null)
{
    /// <summary>The stream of everything that was denied to somebody.</summary>
    public static Guid StreamOf(string subject) => DerivedId.From("audit.attempts", subject);
}
