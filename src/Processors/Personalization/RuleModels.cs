using System.Collections.Concurrent;
using System.Collections.Immutable;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Personalization;
using Platform.Projections.Sites;

namespace Platform.Processors.Personalization;

/// <summary>Live rules of a tenant.</summary>
/// <param name="Rules">By id.</param>
/// <param name="Changed">Log index up to which they are so; -1: there is none.</param>
public sealed record TenantRules(ImmutableDictionary<Guid, LiveRule> Rules, long Changed)
{
    private readonly ConcurrentDictionary<Guid, (TenantConfiguration Tree, SiteRules Rules)> _sites = new();
    private readonly Lazy<RuleBook> _book = new(() => RuleBook.Of(Rules.Values));

    public static TenantRules Empty { get; } = new(ImmutableDictionary<Guid, LiveRule>.Empty, -1);

    /// <summary>Those that count on a site; null: it doesn't hang in the tree.</summary>
    /// <param name="siteId">The site.</param>
    /// <param name="tree">Where it hangs.</param>
    public SiteRules? Of(Guid siteId, TenantConfiguration tree)
    {
        if (_sites.TryGetValue(siteId, out var known) && ReferenceEquals(known.Tree, tree)) return known.Rules;
        if (tree.Up(siteId) is not { IsEmpty: false } path) return null;
        var rules = On(path);
        _sites[siteId] = (tree, rules);
        return rules;
    }

    /// <summary>Those that count on a site.</summary>
    /// <param name="path">The site and those above, the nearest first.</param>
    public SiteRules On(ImmutableArray<Guid> path) => _book.Value.On(path);

    internal bool IsAs(TenantRules other) => Changed == other.Changed && Rules.Count == other.Rules.Count && Rules.All(rule => other.Rules.TryGetValue(rule.Key, out var same) && same == rule.Value);

    internal TenantRules With(IReadOnlyList<KeptRule> changes) => changes.Count == 0 ? this : new(
        changes.Aggregate(Rules, (rules, change) => change is { IsArchived: false, Rule: { Live: { } live } rule } ? rules.SetItem(rule.Id, new(rule.Id, rule.SiteId, rule.Key, rule.LiveName!, live)) : rules.Remove(change.Rule.Id)),
        Math.Max(Changed, changes.Max(change => change.Changed)));
}

/// <summary>Rules in this node's memory, a tenant at a time (<see cref="TenantModels{T}"/>): what is published counts everywhere within a second, and deciding touches memory only.</summary>
/// <param name="store">Read from.</param>
/// <param name="configurations">Where sites hang.</param>
public sealed class RuleModels(IDocumentStore store, ConfigurationCache configurations)
{
    private readonly TenantModels<TenantRules> _tenants = new(store, RuleDetails.ReadModel, TimeSpan.FromMilliseconds(50), known => known.Rules.IsEmpty, async (session, before, after, cancel) =>
    {
        var changes = await RuleDetails.SinceAsync(session, after, cancel);
        return ((before ?? TenantRules.Empty).With(changes.Items), changes.Index);
    }, (known, all) => known.IsAs(all));

    /// <summary>The rules that count on a site; null: there is no such site.</summary>
    /// <param name="tenantId">A tenant that there is: each that is asked for is kept.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="draft">A rule that counts as it's written; null: none does.</param>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public async ValueTask<(SiteRules Rules, long Changed)?> OfAsync(string tenantId, Guid siteId, CancellationToken cancel, LiveRule? draft = null)
    {
        var rules = await _tenants.OfAsync(tenantId, cancel);
        if (draft is not null) rules = new TenantRules(rules.Rules.SetItem(draft.Id, draft), rules.Changed);
        var tree = await configurations.OfAsync(tenantId, fresh: false, cancel);
        if (rules.Of(siteId, tree) is { } known) return (known, rules.Changed);
        // One that was just made isn't in memory yet.
        return await SitePaths.UpAsync(store.QuerySession(tenantId), siteId, cancel) is { IsEmpty: false } path ? (rules.On(path), rules.Changed) : null;
    }
}
