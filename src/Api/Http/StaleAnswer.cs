using Platform.Domain;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary>One event that made a command stale.</summary>
/// <param name="Version">Stream version.</param>
/// <param name="Type">Alias of the event.</param>
/// <param name="User">Who.</param>
/// <param name="Timestamp">When it was recorded.</param>
public sealed record ChangeSince(long Version, string Type, string? User, DateTimeOffset Timestamp)
{
    public static ChangeSince Of(Event e) => new(e.Version, e.Type, e.Headers.User, e.Timestamp);
}

/// <summary>What became of a resource since the version that a command was for.</summary>
/// <param name="Changes">The events since.</param>
/// <param name="Fields">The fields changed since, or by the command.</param>
/// <param name="Advice">What else can be done than to read again; goes on with a sentence. Null: nothing.</param>
public sealed record ChangesSince(IReadOnlyList<ChangeSince> Changes, IReadOnlyList<FieldSides> Fields, string? Advice = null)
{
    /// <summary>Events and fields that an answer names at most.</summary>
    public const int Most = 50;
}

/// <summary>A command that came too late.</summary>
/// <param name="Session">Of the caller's tenant.</param>
/// <param name="Id">The resource.</param>
/// <param name="From">The version that the command was for; less than <paramref name="To"/>.</param>
/// <param name="To">The version that the resource is at.</param>
/// <param name="Command">As bound from the request.</param>
public sealed record StaleCommand(IQuerySession Session, Guid Id, long From, long To, object Command);

/// <summary>How a resource's stale commands are told what they missed, and the permission that one needs to be told.</summary>
public sealed record ShowsChanges(string Permission, Func<StaleCommand, CancellationToken, Task<ChangesSince>> SinceAsync);

/// <summary>412: where the resource is by now, and how it came there.</summary>
internal static class StaleAnswer
{
    /// <summary>Commands on these resources, when stale, are answered with what changed.</summary>
    public static RouteGroupBuilder ShowsChangesSince(
        this RouteGroupBuilder group, string permission, Func<StaleCommand, CancellationToken, Task<ChangesSince>> since) =>
        group.WithMetadata(new ShowsChanges(permission, since));

    public static async Task<Problem> OfAsync(HttpContext http, CommandResult.Stale stale, Guid id, long? expected, object command, Guid? site)
    {
        var version = stale.CurrentVersion;
        var detail = stale.Rejection?.Detail ?? $"The resource is at version {version}.";
        if (expected > version)
            return new Problem(ProblemKind.Stale, $"The resource is at version {version}; there has been no version {expected} yet.", currentVersion: version);
        var since = expected < version ? await SinceAsync(http, new StaleCommand(SessionOf(http), id, expected.Value, version, command), site) : null;
        return new Problem(
            ProblemKind.Stale, $"{detail} Read it again and send If-Match: \"{version}\"{since?.Advice}.", CommandEndpoints.ErrorsOf(stale.Rejection), version, since);
    }

    private static IQuerySession SessionOf(HttpContext http) => http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(Caller.Of(http).TenantId);

    private static async Task<ChangesSince?> SinceAsync(HttpContext http, StaleCommand stale, Guid? site)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<ShowsChanges>() is not { } shows)
            return null;
        var access = CallerAccess.Of(http);
        return (site is { } own ? access with { Sites = [own] } : access).HasHere(shows.Permission) ? await shows.SinceAsync(stale, http.RequestAborted) : null;
    }
}
