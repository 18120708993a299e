using System.Collections.Immutable;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Identity;

namespace Platform.Processors.Identity;

/// <summary>What sessions of a tenant are checked against.</summary>
/// <param name="Providers">By name, removed ones among them.</param>
/// <param name="Ended">Sessions that ended before their time.</param>
public sealed record TenantSignIn(ImmutableDictionary<string, SignInProviderDetails> Providers, ImmutableHashSet<Guid> Ended)
{
    public static TenantSignIn Empty { get; } = new(ImmutableDictionary.Create<string, SignInProviderDetails>(StringComparer.Ordinal), []);

    /// <summary>Whether a session is valid, its time aside.</summary>
    public bool IsValid(Guid sessionId, string provider, long providerVersion) =>
        !Ended.Contains(sessionId) && Providers.TryGetValue(provider, out var open) && !open.IsRemoved && providerVersion >= open.OpenSince;
}

/// <summary>
/// Providers of a tenant, and sessions that ended before their time, in this node's memory: a session that is ended is let in nowhere within a second. Where they can't be read nobody is let in by a session.
/// </summary>
/// <param name="store">Read from.</param>
/// <param name="time">Sessions that are over by themselves are forgotten.</param>
public sealed class SignInModels(IDocumentStore store, TimeProvider time)
{
    private const int MostTenants = 10_000;

    private readonly FollowedModels<TenantSignIn> _tenants = new(store, TimeSpan.FromMilliseconds(50), MostTenants, known => known.Providers.IsEmpty);
    private readonly FirstCatchUp _providers = new(SignInProviderDetails.ReadModel), _sessions = new(SessionDetails.ReadModel);

    /// <summary>As of now, within a second.</summary>
    /// <param name="tenantId">A tenant that there is: each that is asked for is kept.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TimeoutException">A read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<TenantSignIn> OfAsync(string tenantId, CancellationToken cancel) =>
        _tenants.Of(tenantId).Current is { } known ? ValueTask.FromResult(known) : LookAsync(tenantId, cancel);

    private ValueTask<TenantSignIn> LookAsync(string tenantId, CancellationToken cancel) => _tenants.Of(tenantId).OfAsync(async (before, after) =>
    {
        var session = store.QuerySession(tenantId);
        await _providers.AwaitAsync(session, cancel);
        await _sessions.AwaitAsync(session, cancel);
        var providers = await SignInProviderDetails.SinceAsync(session, after, cancel);
        var ended = await SessionDetails.EndedAsync(session, after, time.GetUtcNow(), cancel);
        var known = before ?? TenantSignIn.Empty;
        return (
            new TenantSignIn(known.Providers.SetItems(providers.Items.Select(provider => KeyValuePair.Create(provider.Name, provider))), known.Ended.Union(ended.Items)),
            Math.Min(providers.Index, ended.Index));
    }, cancel);
}
