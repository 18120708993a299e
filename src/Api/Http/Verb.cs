using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary>A command on a resource that routes and bulk requests offer alike.</summary>
public interface IVerb
{
    /// <summary>As in the route: <c>publish</c>.</summary>
    string Name { get; }

    string Permission { get; }

    /// <summary>Whether it starts a stream of its own.</summary>
    bool Starts { get; }

    /// <summary>The site that a command of it names; null: it names none.</summary>
    Guid? SiteIn(object command);

    /// <exception cref="JsonException">The body isn't the verb's.</exception>
    /// <exception cref="ProblemException">It is, and makes no command.</exception>
    BoundCommand Bind(JsonElement body, CommandTarget to);
}

/// <param name="Command">As bound from the request.</param>
/// <param name="Handle">Decides it.</param>
public sealed record BoundCommand(object Command, Func<IDocumentSession, CancellationToken, Task<Handled>> Handle);

/// <param name="Name">As in the route.</param>
/// <param name="Permission">What the caller's roles must carry.</param>
/// <param name="Json">How the body is read.</param>
/// <param name="Make">Makes the command.</param>
/// <param name="Handle">Decides it.</param>
/// <param name="Optional">The command needs no body.</param>
/// <param name="Starts">It starts a stream of its own.</param>
/// <param name="Site">The site that the command names; null: it names none.</param>
public sealed record Verb<TBody, TCommand>(
    string Name, string Permission, JsonTypeInfo<TBody> Json, Func<TBody, CommandTarget, TCommand> Make, Handle<TCommand> Handle, bool Optional = false, bool Starts = false, Func<TCommand, Guid>? Site = null) : IVerb
    where TBody : notnull where TCommand : notnull
{
    public Guid? SiteIn(object command) => Site?.Invoke((TCommand)command);

    public BoundCommand Bind(JsonElement body, CommandTarget to)
    {
        var command = Make(body.Deserialize(Json) ?? throw new JsonException("An object is needed."), to);
        return new BoundCommand(command, (session, cancel) => Handle(command, session, cancel));
    }
}

public static class VerbEndpoints
{
    /// <summary><c>POST</c> on the collection.</summary>
    public static RouteHandlerBuilder MapStart<TBody, TCommand>(this RouteGroupBuilder group, Verb<TBody, TCommand> verb) where TBody : notnull where TCommand : notnull =>
        group.MapStart("/", verb.Json, verb.Make, verb.Handle).Requires(verb.Permission).OfSiteIn(verb);

    /// <summary><c>PUT</c> of the resource.</summary>
    public static RouteHandlerBuilder MapReplace<TBody, TCommand>(this RouteGroupBuilder group, Verb<TBody, TCommand> verb) where TBody : notnull where TCommand : notnull =>
        group.MapReplace("/{id:guid}", verb.Json, verb.Make, verb.Handle).Requires(verb.Permission).OfSiteIn(verb);

    /// <summary><c>POST</c> of the verb on the resource.</summary>
    public static RouteHandlerBuilder MapVerb<TBody, TCommand>(this RouteGroupBuilder group, Verb<TBody, TCommand> verb) where TBody : notnull where TCommand : notnull =>
        group.MapVerb($"/{{id:guid}}/{verb.Name}", verb.Json, verb.Make, verb.Handle, verb.Optional).Requires(verb.Permission).OfSiteIn(verb);

    private static RouteHandlerBuilder OfSiteIn<TBody, TCommand>(this RouteHandlerBuilder endpoint, Verb<TBody, TCommand> verb) where TBody : notnull where TCommand : notnull =>
        verb.Site is { } site ? endpoint.OfSiteIn<TCommand>("the site that the body names", command => site(command)) : endpoint;
}
