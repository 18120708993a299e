using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>A command on the configuration of one level.</summary>
/// <param name="SiteId">Null: the tenant's level, in the platform's own tenant the platform's.</param>
/// <param name="Command">What is to be done there.</param>
/// <param name="OfPlatform">Of the level above all sites: the platform's is meant.</param>
public sealed record OnLevel<TCommand>(Guid? SiteId, TCommand Command, bool OfPlatform = false);

/// <summary>Loads what each command of configuration is decided on.</summary>
public static class ConfigurationCommands
{
    private const int MostLevels = 64, MostKeys = 100, LongestKey = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task<Handled> Set(OnLevel<SetConfiguration> command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.SiteId, command.OfPlatform, command.Command.Values.Values.Keys, (scope, place) => SetConfiguration.Decide(command.Command, scope, place), cancel);

    public static Task<Handled> Reset(OnLevel<ResetConfiguration> command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.SiteId, command.OfPlatform, command.Command.Keys, (scope, place) => ResetConfiguration.Decide(command.Command, scope, place), cancel);

    public static Task<Handled> Lock(OnLevel<LockConfiguration> command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.SiteId, command.OfPlatform, command.Command.Keys, (scope, place) => LockConfiguration.Decide(command.Command, scope, place), cancel);

    public static Task<Handled> Unlock(OnLevel<UnlockConfiguration> command, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, command.SiteId, command.OfPlatform, command.Command.Keys, (scope, place) => UnlockConfiguration.Decide(command.Command, scope, place), cancel);

    public static async Task<Handled> RollBack(OnLevel<RollBackConfiguration> command, IDocumentSession session, CancellationToken cancel)
    {
        var past = command.Command.Version < 1 ? ConfigurationScope.Initial
            : (await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(command.SiteId), command.Command.Version, cancel: cancel)).State;
        return await DecideAsync(session, command.SiteId, command.OfPlatform, past.Values.Values.Keys, (scope, place) => RollBackConfiguration.Decide(command.Command, scope, past, place), cancel);
    }

    public static async Task<Handled> Declare(DeclareConfigurationKey command, IDocumentSession session, CancellationToken cancel)
    {
        var keys = await ConfigurationPart.CountKeysAsync(session, cancel);
        return await session.DecideAsync<DeclaredKey>(ConfigurationKey.IdOf(command.Key.Name), key => DeclareConfigurationKey.Decide(command, key, keys), cancel);
    }

    public static async Task<Handled> Apply(ApplyConfigurationChange command, IDocumentSession session, CancellationToken cancel)
    {
        if (ApplyConfigurationChange.Check(command.Sites).Rejection is { } invalid)
            return new Handled(command.ChangeId, 0, invalid);
        var levels = ImmutableArray.CreateBuilder<(ConfigurationScope, ConfigurationPlace)>();
        foreach (var site in command.Sites)
        {
            var scope = await session.Events.FetchForWriting<ConfigurationScope>(ConfigurationScope.IdOf(site), cancel: cancel);
            levels.Add((scope.Aggregate, await PlaceAsync(session, site, ofPlatform: false, command.Values.Values.Keys, cancel)));
        }
        // What was accepted before must be seen, or a change since the preview would be passed over.
        if (!await session.WaitForAllAsync(ConfigurationPart.ReadModel, Patience, cancel))
            return new Handled(command.ChangeId, 0, Reject.Conflict("The read model of configuration is behind: whether anything has changed since the preview can't be told now. Try again."));
        var now = TokenOf(await ConfigurationPart.LastChangeAsync(session, cancel));
        return session.Enlist(command.ChangeId, 0, ApplyConfigurationChange.Decide(command, now, levels.ToImmutable()));
    }

    /// <summary>What a preview is known by: place in the log of the last change that it took into account.</summary>
    public static string TokenOf(long changed) => $"c{changed + 1}";

    /// <summary>Why the values couldn't be set at these sites; null: they could.</summary>
    public static async Task<Rejection?> RefuseAsync(IReadOnlyList<Guid> sites, Fields values, IQuerySession session, CancellationToken cancel)
    {
        foreach (var site in sites)
        {
            var scope = await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(site), cancel: cancel);
            var place = await PlaceAsync(session, site, ofPlatform: false, values.Values.Keys, cancel);
            if (SetConfiguration.Decide(new SetConfiguration(values), scope.State, place).Rejection is { } refused)
                return refused;
        }
        return null;
    }

    /// <summary>Where the configuration of a site that isn't there yet would stand.</summary>
    internal static async Task<ConfigurationPlace> PlaceBelowAsync(IQuerySession session, Guid siteId, Guid? parentId, IEnumerable<string> keys, CancellationToken cancel)
    {
        var above = await PlaceAsync(session, parentId, ofPlatform: session.TenantId == DocumentStore.PlatformTenant && parentId is null, keys, cancel);
        return above with
        {
            SiteId = siteId,
            Exists = true,
            Name = parentId is null ? ConfigurationLevel.Master : ConfigurationLevel.Site,
            Above = [.. above.Above, await LevelAsync(session, parentId, above.Name, cancel)],
        };
    }

    private static async Task<Handled> DecideAsync(
        IDocumentSession session, Guid? siteId, bool ofPlatform, IEnumerable<string> keys, Func<ConfigurationScope, ConfigurationPlace, Decision> decide, CancellationToken cancel)
    {
        var place = await PlaceAsync(session, siteId, ofPlatform, keys, cancel);
        return await session.DecideAsync<ConfigurationScope>(ConfigurationScope.IdOf(siteId), scope => decide(scope, place), cancel);
    }

    // Locks above are read, not guarded: one that comes at the same moment leaves the value without effect, as if it had come later.
    private static async Task<ConfigurationPlace> PlaceAsync(IQuerySession session, Guid? siteId, bool ofPlatform, IEnumerable<string> keys, CancellationToken cancel)
    {
        var (isPlatforms, exists) = (session.TenantId == DocumentStore.PlatformTenant, true);
        var above = new List<ConfigurationLevel>();
        var name = siteId is not null ? ConfigurationLevel.Site : isPlatforms ? ConfigurationLevel.Platform : ConfigurationLevel.Tenant;
        if (siteId is { } id)
        {
            var site = (await session.Events.AggregateStreamAsync<Site>(id, cancel: cancel)).State;
            exists = site.Exists;
            name = site.ParentId is null ? ConfigurationLevel.Master : ConfigurationLevel.Site;
            for (var next = site.ParentId; next is { } parent && above.Count < MostLevels;)
            {
                next = (await session.Events.AggregateStreamAsync<Site>(parent, cancel: cancel)).State.ParentId;
                above.Add(await LevelAsync(session, parent, next is null ? ConfigurationLevel.Master : ConfigurationLevel.Site, cancel));
            }
            if (!isPlatforms)
                above.Add(await LevelAsync(session, null, ConfigurationLevel.Tenant, cancel));
        }
        else
            exists = isPlatforms == ofPlatform;
        if (siteId is not null || !isPlatforms)
            above.Add((await ConfigurationPart.OfPlatformAsync(session, cancel)).ToLevel(ConfigurationLevel.Platform, null));
        above.Reverse();
        return new ConfigurationPlace(siteId, exists, name, [.. above], await KeysAsync(session, keys, cancel)) { Parsed = CustomCss.ProblemOf };
    }

    private static async Task<ConfigurationLevel> LevelAsync(IQuerySession session, Guid? siteId, string name, CancellationToken cancel)
    {
        var scope = (await session.Events.AggregateStreamAsync<ConfigurationScope>(ConfigurationScope.IdOf(siteId), cancel: cancel)).State;
        return new ConfigurationLevel(name, siteId, scope.Values, scope.Locks);
    }

    // From their streams: a key that was just declared can be set at once.
    private static async Task<IReadOnlyDictionary<string, ConfigurationKey>> KeysAsync(IQuerySession session, IEnumerable<string> names, CancellationToken cancel)
    {
        var own = names.Where(name => name.Length <= LongestKey && !PlatformKeys.All.ContainsKey(name)).Distinct().Take(MostKeys).ToList();
        if (own.Count == 0)
            return PlatformKeys.All;
        var keys = new Dictionary<string, ConfigurationKey>(PlatformKeys.All, StringComparer.Ordinal);
        foreach (var name in own)
            if ((await session.Events.AggregateStreamAsync<DeclaredKey>(ConfigurationKey.IdOf(name), cancel: cancel)).State.Key is { } key)
                keys.Add(name, key);
        return keys;
    }
}
