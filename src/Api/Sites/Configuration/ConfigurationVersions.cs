using Platform.Api.Http;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Api.Sites;

/// <summary>What a level said over time, by the versions of its stream.</summary>
internal static class ConfigurationVersions
{
    private static ConfigurationBodies Json => ConfigurationBodies.Default;

    public static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store, Guid? site)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.NumberCursor(http));
        await FindAsync(session, site, http.RequestAborted);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var events = await session.Events.FetchStreamAsync(ConfigurationScope.IdOf(site), after, limit: limit, cancel: http.RequestAborted);
        var items = events.Select(Of).ToList();
        return Results.Json(new Page<ConfigurationVersion>(items, Reading.NextCursor(items, limit, version => $"{version.Version}")), Json.PageConfigurationVersion);
    }

    public static async Task<IResult> DiffAsync(HttpContext http, IDocumentStore store, Guid? site)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (from, to) = (Reading.Number(http, "from", 0, long.MaxValue) ?? 0, Reading.Number(http, "to", 0, long.MaxValue));
        await FindAsync(session, site, http.RequestAborted);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        var second = await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(site), to, cancel: http.RequestAborted);
        var first = await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(site), from, cancel: http.RequestAborted);
        if (second.Version < (to ?? 0) || first.Version < from)
            return new Problem(ProblemKind.NotFound, $"The configuration is at version {Math.Max(first.Version, second.Version)}.");
        var (was, now) = (first.State, second.State);
        var diff = new ConfigurationDiff(
            first.Version, second.Version,
            [.. was.Values.Except(now.Values).Values.Keys.Union(now.Values.Except(was.Values).Values.Keys).Order(StringComparer.Ordinal)
                .Select(key => new ConfigurationDifference(key, was.Values.Find(key), now.Values.Find(key)))],
            [.. now.Locks.Except(was.Locks)], [.. was.Locks.Except(now.Locks)]);
        return Reading.Tagged(http, diff, $"\"{diff.From}-{diff.To}\"", Json.ConfigurationDiff);
    }

    private static async Task FindAsync(IQuerySession session, Guid? site, CancellationToken cancel)
    {
        if (site is { } id && !(await session.Events.AggregateStreamAsync<Site>(id, cancel: cancel)).State.Exists)
            throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such site."));
    }

    private static ConfigurationVersion Of(Event e)
    {
        var version = new ConfigurationVersion(e.Version, e.Type, e.Timestamp, e.Headers.User);
        return e.Data switch
        {
            ConfigurationValuesSet set => version with { Set = set.Values },
            ConfigurationValuesReset reset => version with { Reset = reset.Keys },
            ConfigurationKeysLocked locked => version with { Locked = locked.Keys },
            ConfigurationKeysUnlocked unlocked => version with { Unlocked = unlocked.Keys },
            ConfigurationRolledBack back => version with { Set = back.Values, Reset = back.Reset, Locked = back.Locked, Unlocked = back.Unlocked, RolledBackTo = back.ToVersion },
            _ => version,
        };
    }
}
