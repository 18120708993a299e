using System.Collections.Immutable;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>What profiles of a tenant's visitors are made of, and which segments they may be in.</summary>
/// <param name="Settings">Of profiles.</param>
/// <param name="Segments">That aren't archived.</param>
public sealed record Audience(ProfileSettings Settings, ImmutableArray<SegmentDetails> Segments)
{
    internal bool IsAs(Audience other) => Settings.Version == other.Settings.Version && Segments.Select(Known).SequenceEqual(other.Segments.Select(Known));

    private static (Guid Id, long Version) Known(SegmentDetails segment) => (segment.Id, segment.Version);
}

/// <summary>A visitor as decisions look at them, made once from what was read.</summary>
/// <param name="found">What was read.</param>
/// <param name="audience">The tenant's.</param>
/// <param name="now">When it was read.</param>
public sealed class KnownVisitor(ActsOfVisitor found, Audience audience, DateTimeOffset now)
{
    // Made at first use; made twice they are alike.
    private VisitorProfile? _profile;
    private ImmutableHashSet<Guid>? _segments;

    public ActsOfVisitor Found => found;

    public Audience Audience => audience;

    public ProfileSettings Settings => audience.Settings;

    /// <summary>Something they did is dated after it was read, and comes to count by itself.</summary>
    public bool IsAhead => found.Acts is [{ At: var last }, ..] && last > now;

    public VisitorProfile Profile => _profile ??= VisitorProfile.Of(found.Acts, found.Preferences, audience.Settings, now);

    /// <summary>Of the profile, as conditions look at it.</summary>
    public AttributeValue Attributes => field.IsNull ? field = Profile.Attributes() : field;

    /// <summary>Segments that the visitor is in.</summary>
    public ImmutableHashSet<Guid> Segments => _segments ??=
        [.. audience.Segments.Where(segment => VisitorAct.AreOf(segment.Filters, segment.Conditions, found.Acts, now)).Select(segment => segment.Id)];

    /// <summary>Of those, the ones that are for a site.</summary>
    /// <param name="path">The site and those above it; empty: it's asked of no site, and only what is for all sites counts.</param>
    public ImmutableHashSet<Guid> SegmentsOn(ImmutableArray<Guid> path) =>
        Segments.Except(audience.Segments.Where(segment => segment.SiteIds is { } sites && !path.Any(sites.Contains)).Select(segment => segment.Id));

    /// <summary>Something is known of them.</summary>
    public bool IsAny => !found.Acts.IsEmpty || !found.Preferences.IsEmpty;

    public int Times(BehaviourCondition behaviour) => VisitorAct.Times(found.Acts, behaviour, now);
}

/// <summary>
/// Visitors in this node's memory while they are about: as they were read until something comes to be known of them (<see cref="VisitorNews"/>), for which somebody looks twice a second. What time alone changes, such as
/// what they did in the last hour, is looked at once a minute.
/// </summary>
/// <param name="store">Read from.</param>
/// <param name="most">Visitors in memory.</param>
/// <param name="mostActs">What all of them did, some 200 bytes each.</param>
public sealed class VisitorModels(IDocumentStore store, int most = 10_000, int mostActs = 1_000_000)
{
    private const int MostTenants = 1_000;

    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1), Fresh = TimeSpan.FromMilliseconds(500), Oldest = TimeSpan.FromSeconds(2);

    private readonly FollowedModels<Audience> _audiences = new(store, Busy, MostTenants, known => known.Segments.IsEmpty, isSame: (known, now) => known.IsAs(now));
    private readonly RecentReads<string, VisitorNews> _news = new(store.Options.Time, Fresh, Oldest, MostTenants);
    private readonly RecentReads<(string Tenant, Guid Visitor), KnownVisitor> _visitors = new(store.Options.Time, Fresh, Oldest, most, visitor => visitor.Found.Acts.Length, mostActs);

    /// <summary>Visitors that are in memory.</summary>
    public int Count => _visitors.Count;

    /// <param name="tenantId">A tenant that there is.</param>
    /// <param name="visitorId">A visitor's number, or a person's.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<KnownVisitor> OfAsync(string tenantId, Guid visitorId, CancellationToken cancel)
    {
        var audience = await AudienceAsync(tenantId, cancel);
        var news = await _news.OfAsync(tenantId, async (known, c) =>
        {
            known ??= new();
            await known.FollowAsync(store.QuerySession(tenantId), c);
            return known;
        }, cancel);
        return await _visitors.OfAsync(
            (tenantId, visitorId), (_, c) => ReadAsync(store.QuerySession(tenantId), visitorId, c), cancel,
            visitor => ReferenceEquals(visitor.Audience, audience) && !visitor.IsAhead && news.Holds(visitor.Found));
    }

    /// <summary>As they are now, whatever is in memory of them.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="visitorId">A visitor's number, or a person's.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<KnownVisitor> ReadAsync(IQuerySession session, Guid visitorId, CancellationToken cancel) =>
        new(await ActsOfVisitor.FindAsync(session, visitorId, cancel), await AudienceAsync(session.TenantId, cancel), store.Options.Time.GetUtcNow());

    /// <summary>What profiles are made of, and segments; the same while neither changes.</summary>
    public ValueTask<Audience> AudienceAsync(string tenantId, CancellationToken cancel) =>
        _audiences.Of(tenantId).Current is { } known ? ValueTask.FromResult(known) : LookAsync(tenantId, cancel);

    private ValueTask<Audience> LookAsync(string tenantId, CancellationToken cancel) => _audiences.Of(tenantId).OfAsync(async (before, _) =>
    {
        var session = store.QuerySession(tenantId);
        var settings = await session.Events.AggregateStreamAsync<ProfileSettings>(ProfileSettings.Id, cancel: cancel);
        var segments = await SegmentDetails.AllAsync(session, cancel);
        var now = new Audience(settings.State ?? ProfileSettings.Initial, [.. segments.Items]);
        return (before?.IsAs(now) == true ? before : now, segments.Index);
    }, cancel);
}
