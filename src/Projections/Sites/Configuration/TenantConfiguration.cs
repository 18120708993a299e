using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Sites;

/// <summary>A level on the way down to a site, with since when and by whom.</summary>
public sealed record PlacedLevel(ConfigurationLevel Level, ConfigurationEntries Own)
{
    public static PlacedLevel Of(string name, Guid? siteId, ConfigurationEntries own) => new(own.ToLevel(name, siteId), own);
}

/// <summary>All of a tenant's configuration, in memory: immutable, and brought forward by what changed since.</summary>
public sealed class TenantConfiguration
{
    private const int MostLevels = 64;

    private readonly ImmutableDictionary<Guid, (Guid? ParentId, ConfigurationEntries Own)> _sites;
    private readonly ImmutableDictionary<Guid, PlacedLevel> _levels;

    private TenantConfiguration(
        string tenantId, ImmutableDictionary<Guid, (Guid?, ConfigurationEntries)> sites, ImmutableDictionary<Guid, PlacedLevel> levels, PlacedLevel platform, PlacedLevel? tenant,
        ImmutableDictionary<string, ConfigurationPart> declared, long changed)
    {
        (TenantId, _sites, _levels, Platform, Tenant, Declared, Changed) = (tenantId, sites, levels, platform, tenant, declared, changed);
        Keys = PlatformKeys.All.Values.Concat(declared.Values.Select(part => part.Key!).Where(key => !PlatformKeys.All.ContainsKey(key.Name))).ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);
        InOrder = [.. Keys.Values.OrderBy(key => key.Name, StringComparer.Ordinal)];
    }

    public string TenantId { get; }

    /// <summary>What can be configured, by name.</summary>
    public FrozenDictionary<string, ConfigurationKey> Keys { get; }

    /// <summary>The same, in name order.</summary>
    public ImmutableArray<ConfigurationKey> InOrder { get; }

    /// <summary>Keys of the tenant's own, by name.</summary>
    public ImmutableDictionary<string, ConfigurationPart> Declared { get; }

    public PlacedLevel Platform { get; }

    /// <summary>Null: it's the platform's own tenant.</summary>
    public PlacedLevel? Tenant { get; }

    /// <summary>Place in the log of the last change; -1: there was none.</summary>
    public long Changed { get; }

    /// <summary>The tenant has said nothing and has no site.</summary>
    public bool IsEmpty => _sites.IsEmpty && Declared.IsEmpty && Tenant is { Own.Version: 0 };

    /// <summary>A tenant's configuration before anything was said.</summary>
    public static TenantConfiguration Empty(string tenantId) => new(
        tenantId, [], [], PlacedLevel.Of(ConfigurationLevel.Platform, null, ConfigurationEntries.None),
        tenantId == DocumentStore.PlatformTenant ? null : PlacedLevel.Of(ConfigurationLevel.Tenant, null, ConfigurationEntries.None), [], -1);

    /// <summary>The same with what changed since.</summary>
    public TenantConfiguration With(IReadOnlyList<(string Tenant, ConfigurationPart Part)> changes)
    {
        if (changes.Count == 0)
            return this;
        var (sites, levels, declared, platform, tenant) = (_sites.ToBuilder(), _levels.ToBuilder(), Declared, Platform, Tenant);
        foreach (var (owner, part) in changes)
            switch (part.Kind)
            {
                case ConfigurationPart.Level when owner == DocumentStore.PlatformTenant:
                    platform = PlacedLevel.Of(ConfigurationLevel.Platform, null, part.Own);
                    break;
                case ConfigurationPart.Level:
                    tenant = PlacedLevel.Of(ConfigurationLevel.Tenant, null, part.Own);
                    break;
                case ConfigurationPart.OfKey:
                    declared = declared.SetItem(part.Key!.Name, part);
                    break;
                default:
                    sites[part.Id] = (part.ParentId, part.Own);
                    levels[part.Id] = PlacedLevel.Of(part.ParentId is null ? ConfigurationLevel.Master : ConfigurationLevel.Site, part.Id, part.Own);
                    break;
            }
        return new TenantConfiguration(TenantId, sites.ToImmutable(), levels.ToImmutable(), platform, tenant, declared, changes[^1].Part.Changed);
    }

    /// <summary>The levels down to a site, or, for none, those above all sites. Null: there is no such site.</summary>
    public ImmutableArray<PlacedLevel>? PathTo(Guid? siteId)
    {
        var path = new List<PlacedLevel>(8);
        for (var next = siteId; next is { } id && path.Count < MostLevels; next = _sites[id].ParentId)
        {
            if (!_levels.TryGetValue(id, out var level))
                // A parent is there before its child in the log; a site that isn't there at all was asked for.
                return null;
            path.Add(level);
        }
        if (Tenant is not null)
            path.Add(Tenant);
        path.Add(Platform);
        path.Reverse();
        return [.. path];
    }

    /// <summary>A site and those above it, the nearest first; empty: there is no such site.</summary>
    public ImmutableArray<Guid> Up(Guid siteId)
    {
        var path = ImmutableArray.CreateBuilder<Guid>();
        for (Guid? next = siteId; next is { } id && path.Count < MostLevels && _sites.TryGetValue(id, out var site); next = site.ParentId)
            path.Add(id);
        return path.ToImmutable();
    }

    /// <summary>Every site that is one of these or hangs below one, in id order.</summary>
    public IReadOnlyList<Guid> Under(IReadOnlySet<Guid> sites) => [.. _sites.Keys.Where(id => IsUnder(id, sites)).Order()];

    private bool IsUnder(Guid? siteId, IReadOnlySet<Guid> sites)
    {
        for (var n = 0; siteId is { } id && n < MostLevels; n++, siteId = _sites.TryGetValue(id, out var site) ? site.ParentId : null)
            if (sites.Contains(id))
                return true;
        return false;
    }
}
