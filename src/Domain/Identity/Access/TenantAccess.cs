using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>All that access in one tenant is decided on, at one moment. Immutable: what changes makes another.</summary>
public sealed class TenantAccess
{
    /// <summary>As deep as sites nest, and more: a circle that a foreign writer made ends here.</summary>
    public const int MostLevels = 64;

    private readonly bool _isPlatform;
    private readonly RoleTable _platformRoles;
    private readonly Lazy<ILookup<Guid, Guid>> _below;

    private ImmutableDictionary<string, RoleNode> _ownRoles = ImmutableDictionary.Create<string, RoleNode>(StringComparer.Ordinal);
    private ImmutableDictionary<Guid, AccessSite> _sites = ImmutableDictionary<Guid, AccessSite>.Empty;
    private ImmutableDictionary<Guid, AccessUser> _users = ImmutableDictionary<Guid, AccessUser>.Empty;
    private ImmutableDictionary<string, Guid> _subjects = ImmutableDictionary.Create<string, Guid>(StringComparer.Ordinal);
    private ImmutableDictionary<Guid, AccessGroup> _groups = ImmutableDictionary<Guid, AccessGroup>.Empty;
    private ImmutableDictionary<Guid, AccessClient> _clients = ImmutableDictionary<Guid, AccessClient>.Empty;
    private ImmutableDictionary<string, Guid> _prefixes = ImmutableDictionary.Create<string, Guid>(StringComparer.Ordinal);
    private ImmutableDictionary<Guid, ImmutableArray<AccessGrant>> _grants = ImmutableDictionary<Guid, ImmutableArray<AccessGrant>>.Empty;
    private ImmutableDictionary<Guid, ImmutableArray<AccessDenial>> _denials = ImmutableDictionary<Guid, ImmutableArray<AccessDenial>>.Empty;

    private TenantAccess(bool isPlatform, RoleTable platformRoles, RoleTable roles)
    {
        (_isPlatform, _platformRoles, Roles) = (isPlatform, platformRoles, roles);
        _below = new(() => _sites.Values.Where(site => site.ParentId is { } parent && _sites.ContainsKey(parent)).ToLookup(site => site.ParentId!.Value, site => site.Id));
    }

    /// <summary>The platform's own tenant, which has the built-in roles.</summary>
    public static TenantAccess OfPlatform { get; } = new(isPlatform: true, RoleTable.Empty, RoleTable.Empty);

    /// <summary>The roles that the tenant can use; of two with one name, the built-in one.</summary>
    public RoleTable Roles { get; }

    /// <summary>Nothing is known in it but the platform's roles.</summary>
    public bool IsEmpty => _ownRoles.IsEmpty && _sites.IsEmpty && _users.IsEmpty && _groups.IsEmpty && _clients.IsEmpty;

    /// <summary>A tenant in which nothing is known yet.</summary>
    /// <param name="platform">Roles of the platform's own tenant.</param>
    public static TenantAccess Of(RoleTable platform) => new(isPlatform: false, platform, platform.OfTenants);

    /// <summary>With what has become of some things, or of the platform's roles.</summary>
    public TenantAccess With(IReadOnlyCollection<AccessFact> facts, RoleTable? platformRoles = null)
    {
        var roles = _ownRoles.SetItems(facts.Select(f => f.Role).OfType<RoleNode>().Select(role => KeyValuePair.Create(role.Name, role)));
        var platform = _isPlatform ? RoleTable.Empty : platformRoles ?? _platformRoles;
        var users = facts.Select(f => f.User).OfType<AccessUser>().ToList();
        var clients = facts.Select(f => f.Client).OfType<AccessClient>().ToList();
        return new TenantAccess(_isPlatform, platform, roles == _ownRoles && platform == _platformRoles ? Roles : roles.IsEmpty && !_isPlatform ? platform.OfTenants : RoleTable.Of([.. platform.All, .. roles.Values], _isPlatform))
        {
            _ownRoles = roles,
            _sites = _sites.SetItems(facts.Select(f => f.Site).OfType<AccessSite>().Select(site => KeyValuePair.Create(site.Id, site))),
            _users = _users.SetItems(users.Select(user => KeyValuePair.Create(user.Id, user))),
            // Of all who had a subject it's whoever has it now; whoever had it last, where nobody has, is kept out by it.
            _subjects = _subjects.SetItems(users.Where(user => user.Subject is not null && !(user.IsRemoved && HasHolder(user))).OrderByDescending(user => user.IsRemoved).Select(user => KeyValuePair.Create(user.Subject!, user.Id))),
            _groups = _groups.SetItems(facts.Select(f => f.Group).OfType<AccessGroup>().Select(group => KeyValuePair.Create(group.Id, group))),
            _clients = _clients.SetItems(clients.Select(client => KeyValuePair.Create(client.Id, client))),
            _prefixes = _prefixes.SetItems(clients.SelectMany(client => client.Keys.Select(key => KeyValuePair.Create(key.Prefix, client.Id)))),
            _grants = Merge(_grants, facts.Select(f => f.Grant).OfType<AccessGrant>(), g => g.Id, g => g.GranteeId, g => g.Status is GrantStatus.Requested or GrantStatus.Given),
            _denials = Merge(_denials, facts.Select(f => f.Denial).OfType<AccessDenial>(), d => d.Id, d => d.GranteeId, d => !d.IsLifted),
        };
    }

    public AccessUser? FindUser(Guid id) => _users.GetValueOrDefault(id);

    public AccessGroup? FindGroup(Guid id) => _groups.GetValueOrDefault(id);

    public AccessClient? FindClient(Guid id) => _clients.GetValueOrDefault(id);

    /// <summary>The client that had a key with this prefix.</summary>
    public AccessClient? FindClient(string prefix) => _prefixes.TryGetValue(prefix, out var id) ? _clients[id] : null;

    /// <summary>Grants that a user, client or group has or is to have, without those that have expired.</summary>
    public int CountGrants(Guid granteeId, DateTimeOffset now) => _grants.GetValueOrDefault(granteeId, []).Count(grant => !(grant.ExpiresAt <= now));

    /// <summary>Denials that stand against a user or client.</summary>
    public int CountDenials(Guid granteeId) => _denials.GetValueOrDefault(granteeId, []).Length;

    /// <summary>Whoever a token is for.</summary>
    /// <param name="subject">Claim <c>sub</c>.</param>
    /// <param name="roles">Claim <c>roles</c>.</param>
    public Principal OfToken(string subject, ImmutableArray<string> roles) =>
        _subjects.TryGetValue(subject, out var id) ? Of(subject, _users[id], roles) : new(subject, null, roles, [], []);

    /// <summary>A user without a token: what their issuer says of them isn't known.</summary>
    public Principal OfUser(AccessUser user) => Of(user.Subject ?? $"user:{user.Id}", user, []);

    /// <summary>What every member of a group has by it.</summary>
    public Principal OfGroup(Guid id) => Of($"group:{id}", id, [], null, isBarred: false);

    /// <summary>Whether somebody is in a group.</summary>
    public bool IsMember(Principal who, Guid groupId) => who.Id is { } id && _users.TryGetValue(id, out var user) && user.Groups?.Contains(groupId) == true;

    /// <summary>A client, with whatever key.</summary>
    public Principal OfClient(AccessClient client, DateTimeOffset now) => Of(SubjectOf(client.Id), client.Id, [], client.Scopes, !client.IsOpen(now));

    /// <summary>How events name a client.</summary>
    public static string SubjectOf(Guid clientId) => $"client:{clientId}";

    /// <summary>A site, the one above, and so on to the top; a site that isn't known is alone.</summary>
    public ImmutableArray<Guid> PathOf(Guid siteId)
    {
        var path = ImmutableArray.CreateBuilder<Guid>(8);
        for (Guid? next = siteId; next is { } id && path.Count < MostLevels; next = _sites.GetValueOrDefault(id)?.ParentId)
            path.Add(id);
        return path.DrainToImmutable();
    }

    public bool HasSite(Guid siteId) => _sites.ContainsKey(siteId);

    /// <summary>Whether somebody has a permission, and why.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="permission">What they want.</param>
    /// <param name="siteId">The site that it's about; null: the tenant.</param>
    /// <param name="now">When.</param>
    public AccessDecision Decide(Principal who, string permission, Guid? siteId, DateTimeOffset now) =>
        Access.Decide(who, Roles, siteId is { } site ? PathOf(site).AsSpan() : [], permission, now);

    /// <summary>Whether somebody has a permission in the tenant, or on some site.</summary>
    public bool AllowsSomewhere(Principal who, string permission, DateTimeOffset now) =>
        Decide(who, permission, null, now).Allowed
        || who.DependsOnSite && Walk(who, permission, now).Any();

    /// <summary>The sites on which somebody has a permission; null: in the whole tenant, whatever sites there are.</summary>
    public FrozenSet<Guid>? SitesWith(Principal who, string permission, DateTimeOffset now) =>
        Decide(who, permission, null, now).Allowed ? null : Walk(who, permission, now).ToFrozenSet();

    /// <summary>The permissions that somebody has on a site and on all below it: what they may give to others there.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="siteId">Null: in the whole tenant.</param>
    /// <param name="now">When.</param>
    public ImmutableSortedSet<string> HeldThroughout(Principal who, Guid? siteId, DateTimeOffset now) => PermissionsAt(who, siteId, now).Except(
        who.Denials.Where(denial => denial.SiteId is { } at && (siteId is not { } site || PathOf(at).Contains(site))).Select(denial => denial.Permission));

    /// <summary>The permissions that somebody has on a site, or in the tenant.</summary>
    public ImmutableSortedSet<string> PermissionsAt(Principal who, Guid? siteId, DateTimeOffset now) =>
        Permission.All.Where(permission => Decide(who, permission, siteId, now).Allowed).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>What another has, or will have, somewhere and somebody hasn't there: with the other's key they would have more.</summary>
    public ImmutableSortedSet<string> LacksOf(Principal who, Principal other, DateTimeOffset now) =>
        other.Grants.SelectMany(grant => Roles.PermissionsOf(grant.Role).Where(permission => other.Scopes?.Contains(permission) != false).Except(HeldThroughout(who, grant.SiteId, now)))
            .ToImmutableSortedSet(StringComparer.Ordinal);

    // Each site once; the first is found without a look at the others.
    private IEnumerable<Guid> Walk(Principal who, string permission, DateTimeOffset now)
    {
        var denied = who.Denials.Where(denial => denial.Permission == permission).Select(denial => denial.SiteId).ToHashSet();
        if (who.IsBarred || who.Scopes?.Contains(permission) == false || denied.Contains(null)) yield break;

        var atTenant = Decide(who with { Denials = [] }, permission, null, now).Allowed;
        var granted = who.Grants.Where(grant => grant.SiteId is not null && Access.OfGrant(grant, Roles, permission, now).Effect == AccessEffect.Grants).Select(grant => grant.SiteId!.Value).Distinct();
        var found = new HashSet<Guid>();
        // From each site that is granted, or from the top, down to what is denied.
        foreach (var start in atTenant ? _sites.Values.Where(site => site.ParentId is not { } parent || !_sites.ContainsKey(parent)).Select(site => site.Id)
            : granted.Where(site => !PathOf(site).Any(above => denied.Contains(above))))
        {
            var waiting = new Stack<Guid>([start]);
            while (waiting.TryPop(out var site))
            {
                if (denied.Contains(site) || !found.Add(site)) continue;
                yield return site;
                foreach (var below in _below.Value[site])
                    waiting.Push(below);
            }
        }
    }

    private bool HasHolder(AccessUser removed) => _subjects.TryGetValue(removed.Subject!, out var holder) && holder != removed.Id && _users[holder] is { IsRemoved: false };

    private Principal Of(string subject, AccessUser user, ImmutableArray<string> roles)
    {
        var own = Of(subject, user.Id, roles, null, user.IsSuspended || user.IsRemoved);
        return user.Groups is not { IsEmpty: false } groups ? own : new(
            subject, user.Id, roles, own.Grants.AddRange(groups.Where(id => _groups.TryGetValue(id, out var group) && !group.IsRemoved).SelectMany(id => _grants.GetValueOrDefault(id, []))), own.Denials, null, own.IsBarred);
    }

    private Principal Of(string subject, Guid id, ImmutableArray<string> roles, ImmutableSortedSet<string>? scopes, bool isBarred) =>
        new(subject, id, roles, _grants.GetValueOrDefault(id, []), _denials.GetValueOrDefault(id, []), scopes, isBarred);

    private static ImmutableDictionary<Guid, ImmutableArray<T>> Merge<T>(
        ImmutableDictionary<Guid, ImmutableArray<T>> before, IEnumerable<T> changed, Func<T, Guid> idOf, Func<T, Guid> granteeOf, Func<T, bool> stays)
    {
        var all = before.ToBuilder();
        foreach (var ofGrantee in changed.GroupBy(granteeOf))
        {
            var ids = ofGrantee.Select(idOf).ToHashSet();
            all[ofGrantee.Key] = [.. all.GetValueOrDefault(ofGrantee.Key, []).Where(one => !ids.Contains(idOf(one))), .. ofGrantee.Where(stays)];
        }
        return all.ToImmutable();
    }
}
