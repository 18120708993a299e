namespace Platform.Api.Http;

/// <summary>A query parameter, for OpenAPI.</summary>
public sealed record QueryParameter(string Name, string Description, string Type = "string");

/// <summary>A header that a request may carry, for OpenAPI.</summary>
public sealed record HeaderParameter(string Name, string Description);

/// <summary>The answer carries the header <c>X-Ledger-Index</c>.</summary>
public sealed record Indexed;

/// <summary>The answer carries the header <c>X-Ledger-Lag</c> as well.</summary>
public sealed record Lagging;

/// <summary>The answer carries the header <c>Location</c>, though it starts no stream.</summary>
public sealed record Located;

/// <summary>A question whose body doesn't belong into a URL: it's posted and changes nothing.</summary>
public sealed record PostedQuestion;

/// <summary>What is posted bears ids of its own: sent again it's a duplicate, so no Idempotency-Key is needed, and the answer is no receipt of a stream.</summary>
public sealed record NamedByIds;

/// <summary>Open to every valid token, whatever its roles.</summary>
public sealed record AnyCaller;

/// <summary>What OpenAPI says of an endpoint; a test holds that every endpoint says it.</summary>
public static class Describing
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string operationId, string summary, string description) =>
        endpoint.WithName(operationId).WithSummary(summary).WithDescription(description);

    /// <summary>Open to whoever the tenant lets in.</summary>
    public static RouteHandlerBuilder ForAnyCaller(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new AnyCaller())
        .Problems(ProblemKind.Unauthenticated, ProblemKind.Forbidden, ProblemKind.RateLimited, ProblemKind.Unavailable);

    /// <summary>A filter of a collection.</summary>
    public static RouteHandlerBuilder Filter(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new QueryParameter(name, description));

    /// <summary>A paged collection read from streams: never behind.</summary>
    public static RouteHandlerBuilder Paged<T>(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<Page<T>>()
        .Problems(ProblemKind.Invalid)
        .WithMetadata(
            new Indexed(),
            new QueryParameter("limit", $"Items a page, 1 to {Reading.MaxLimit}; default {Reading.DefaultLimit}", "integer"),
            new QueryParameter("cursor", "The value of next from the page before"));

    /// <summary>A paged collection from a read model.</summary>
    public static RouteHandlerBuilder Collection<T>(this RouteHandlerBuilder endpoint) => endpoint.Paged<T>().Awaiting();

    /// <summary>One answer from a read model, without a version of its own.</summary>
    public static RouteHandlerBuilder Counted<T>(this RouteHandlerBuilder endpoint) => endpoint.Answers<T>().Awaiting();

    /// <summary>One answer read from streams, without a version of its own.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<T>()
        .Problems(ProblemKind.Invalid)
        .WithMetadata(new Indexed());

    /// <summary>From a read model, which may be awaited.</summary>
    internal static RouteHandlerBuilder Awaiting(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(
            new Lagging(),
            new QueryParameter("after", "Sequence from a receipt: wait until the answer has that event", "integer"),
            new QueryParameter("wait", "Seconds to wait for after, 0 to 30; default 5", "integer"));

    /// <summary>A single resource with an ETag and a past.</summary>
    public static RouteHandlerBuilder Resource<T>(this RouteHandlerBuilder endpoint) => endpoint
        .Tagged<T>()
        .Past();

    /// <summary>The same, where a version may read otherwise later: it's never 304.</summary>
    public static RouteHandlerBuilder UnsettledResource<T>(this RouteHandlerBuilder endpoint) => endpoint
        .Answers<T>()
        .Problems(ProblemKind.NotFound)
        .Past();

    private static RouteHandlerBuilder Past(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new QueryParameter("asOf", "A version or an RFC 3339 time: the answer as it was then"));

    /// <summary>What versions of a resource say, named by parameters: what they were never changes.</summary>
    public static RouteHandlerBuilder OfVersions<T>(this RouteHandlerBuilder endpoint, params IEnumerable<(string Name, string Description)> versions) => endpoint
        .Tagged<T>()
        .WithMetadata([.. versions.Select(version => new QueryParameter(version.Name, version.Description, "integer"))]);

    /// <summary>A single answer with an ETag, that there may be none of.</summary>
    public static RouteHandlerBuilder Tagged<T>(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<T>()
        .Produces(StatusCodes.Status304NotModified)
        .Problems(ProblemKind.NotFound, ProblemKind.Invalid)
        .WithMetadata(new Indexed());
}
