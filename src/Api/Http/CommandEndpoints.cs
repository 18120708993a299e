using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary>What a body is turned into a command with.</summary>
/// <param name="Id">The resource's id in the path, or a new one where the command starts it.</param>
/// <param name="Caller">Who calls.</param>
/// <param name="Now">When, to the microsecond: what PostgreSQL keeps.</param>
/// <param name="Route">What stands in the path, by name.</param>
/// <param name="ExpectedVersion">From If-Match; null: none was named.</param>
/// <param name="Access">What the caller may.</param>
public sealed record CommandTarget(Guid Id, Caller Caller, DateTimeOffset Now, RouteValueDictionary Route, long? ExpectedVersion, CallerAccess Access)
{
    /// <summary>The caller, as access is when the command is decided.</summary>
    public Func<TenantAccess, Principal> Who => access => CallerAccess.WhoIn(access, Caller, Now);

    /// <summary>A part of the path that is always there.</summary>
    public string this[string name] => (string)Route[name]!;

    public static DateTimeOffset NowOf(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}

/// <summary>What is done once a command is accepted, beside its events, and what the command is answered with instead of the bare receipt.</summary>
/// <param name="Body">The answer's type.</param>
/// <param name="Json">How it's written.</param>
/// <param name="RunAsync">Does it, given the command and its receipt; gives what makes the answer of the receipt. Called again for a request that is sent again, with another command.</param>
public sealed record AfterCommand(Type Body, JsonSerializerContext Json, Func<HttpContext, object, Receipt, Task<Func<Receipt, object>>> RunAsync)
{
    public AfterCommand(Type body, JsonSerializerContext json, Func<HttpContext, Receipt, Task<Func<Receipt, object>>> run)
        : this(body, json, (http, _, receipt) => run(http, receipt))
    {
    }
}

/// <summary>Routes of commands: one way to read them, run them and answer them.</summary>
public static class CommandEndpoints
{
    /// <summary><c>POST</c> on a collection: starts a stream; 201 and Location.</summary>
    public static RouteHandlerBuilder MapStart<TBody, TCommand>(
        this RouteGroupBuilder group, string pattern, JsonTypeInfo<TBody> json, Func<TBody, CommandTarget, TCommand> bind, Handle<TCommand> handle,
        AfterCommand? after = null, bool optional = false) where TBody : notnull where TCommand : notnull =>
        Map(group, HttpMethods.Post, pattern, json, bind, handle, StatusCodes.Status201Created, optional, after);

    /// <summary><c>POST</c> of a verb on a resource.</summary>
    /// <param name="group">The resource's routes.</param>
    /// <param name="pattern">Ends in the verb.</param>
    /// <param name="json">How the body is read.</param>
    /// <param name="bind">Makes the command.</param>
    /// <param name="handle">Decides it.</param>
    /// <param name="optional">The command needs no body.</param>
    /// <param name="after">What is done once it's accepted; null: nothing.</param>
    public static RouteHandlerBuilder MapVerb<TBody, TCommand>(
        this RouteGroupBuilder group, string pattern, JsonTypeInfo<TBody> json, Func<TBody, CommandTarget, TCommand> bind, Handle<TCommand> handle,
        bool optional = false, AfterCommand? after = null) where TBody : notnull where TCommand : notnull =>
        Map(group, HttpMethods.Post, pattern, json, bind, handle, StatusCodes.Status200OK, optional, after);

    /// <summary><c>PUT</c>: replaces a resource's editable part.</summary>
    public static RouteHandlerBuilder MapReplace<TBody, TCommand>(
        this RouteGroupBuilder group, string pattern, JsonTypeInfo<TBody> json, Func<TBody, CommandTarget, TCommand> bind, Handle<TCommand> handle) where TBody : notnull where TCommand : notnull =>
        Map(group, HttpMethods.Put, pattern, json, bind, handle, StatusCodes.Status200OK);

    private static RouteHandlerBuilder Map<TBody, TCommand>(
        RouteGroupBuilder group, string method, string pattern, JsonTypeInfo<TBody> json, Func<TBody, CommandTarget, TCommand> bind, Handle<TCommand> handle, int status,
        bool optional = false, AfterCommand? after = null) where TBody : notnull where TCommand : notnull
    {
        var endpoint = group.MapMethods(pattern, [method], async (HttpContext http, CommandRunner runner, IDocumentStore store, TimeProvider time) =>
        {
            var body = await JsonBody.ReadAsync(http, json);
            var arrival = Arrivals.Of(http, body.Bytes);
            var awaited = AwaitedState.Of(http);
            var id = Guid.TryParse(http.GetRouteValue("id") as string, out var inPath) ? inPath : Guid.CreateVersion7();
            var command = bind(body.Value, new CommandTarget(id, Caller.Of(http), CommandTarget.NowOf(time), http.Request.RouteValues, arrival.ExpectedVersion, CallerAccess.Of(http)));
            await SitesOfEndpoints.RequireSitesAsync(http, command);
            var result = await runner.RunAsync(arrival, status, (session, cancel) => handle(command, session, cancel), http.RequestAborted);
            if (result is not CommandResult.Accepted accepted)
                return await RefusalAsync(http, result, id, arrival.ExpectedVersion, command);
            var answerOf = after is null ? null : await after.RunAsync(http, command, accepted.Receipt);
            // It's done: what is left is to wait.
            if (awaited is not null)
                http.Features.Get<HeldTurn>()?.Leave();
            var receipt = await AwaitedState.ReachAsync(accepted.Receipt, awaited, store.QuerySession(arrival.TenantId), http.RequestAborted);
            return Answer(http, accepted with { Receipt = receipt }, answerOf?.Invoke(receipt), after?.Json);
        });
        return endpoint
            .Accepts<TBody>(optional, "application/json")
            .Produces(status, after?.Body ?? typeof(Receipt), "application/json")
            .WithMetadata(new CommandMetadata(status == StatusCodes.Status201Created))
            .Problems(
                ProblemKind.Malformed, ProblemKind.Conflict, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid)
            .Problems(status == StatusCodes.Status201Created ? [] : [ProblemKind.NotFound, ProblemKind.Stale]);
    }

    private static IResult Answer(HttpContext http, CommandResult.Accepted accepted, object? body, JsonSerializerContext? json)
    {
        http.Response.Headers.ETag = $"\"{accepted.Receipt.Version}\"";
        if (accepted.Status == StatusCodes.Status201Created)
            http.Response.Headers.Location = $"{http.Request.PathBase}{http.GetEndpoint()?.Metadata.GetMetadata<ResourcesAt>()?.Path ?? http.Request.Path.Value!.TrimEnd('/')}/{accepted.Receipt.StreamId}";
        return body is null
            ? Results.Json(accepted.Receipt, ReceiptJson.Default.Receipt, statusCode: accepted.Status)
            : Results.Json(body, body.GetType(), json!, statusCode: accepted.Status);
    }

    /// <summary>The problem that a command which wasn't accepted is answered with.</summary>
    /// <param name="http">The request.</param>
    /// <param name="result">How the command ended.</param>
    /// <param name="id">The resource.</param>
    /// <param name="expected">The version that the command was for.</param>
    /// <param name="command">As bound from the request.</param>
    /// <param name="tells">Whether a stale command is told what changed.</param>
    /// <param name="site">The resource's site, where the endpoint doesn't find it itself.</param>
    internal static async Task<Problem> RefusalAsync(HttpContext http, CommandResult result, Guid id, long? expected, object command, bool tells = true, Guid? site = null) => result switch
    {
        CommandResult.Stale stale => await StaleAnswer.OfAsync(http, stale, id, tells ? expected : null, command, site),
        CommandResult.KeyReused => new Problem(ProblemKind.KeyReused, "Use a new Idempotency-Key for a new request.",
            new Dictionary<string, string[]> { ["Idempotency-Key"] = ["The key came with another request within 24 hours."] }),
        CommandResult.Refused { Rejection: var rejection } => OfRejection(rejection),
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };

    /// <summary>A rejection as it's answered.</summary>
    internal static Problem OfRejection(Rejection rejection) => new(
        rejection.Kind switch
        {
            RejectionKind.NotFound => ProblemKind.NotFound,
            RejectionKind.Conflict => ProblemKind.Conflict,
            RejectionKind.Forbidden => ProblemKind.Forbidden,
            _ => ProblemKind.Invalid,
        },
        rejection.Detail,
        ErrorsOf(rejection),
        fields: rejection.Sides.IsEmpty ? null : [.. rejection.Sides.Take(ChangesSince.Most)]);

    internal static Dictionary<string, string[]>? ErrorsOf(Rejection? rejection) =>
        rejection is null or { Errors.Count: 0 } ? null : rejection.Errors.ToDictionary(e => e.Key, e => e.Value.ToArray());
}

/// <summary>Where the resources are that an endpoint starts, when that isn't where it is itself.</summary>
/// <param name="Path">Without the id.</param>
public sealed record ResourcesAt(string Path);

/// <summary>Marks an endpoint that takes commands: it takes Idempotency-Key, and If-Match where it doesn't start a stream.</summary>
/// <param name="Starts">It starts a stream.</param>
/// <param name="IsBulk">It's many commands, each with an answer of its own.</param>
public sealed record CommandMetadata(bool Starts, bool IsBulk = false);
