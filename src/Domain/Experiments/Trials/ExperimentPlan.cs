using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Which variant somebody gets.</summary>
/// <param name="Variant">Its key.</param>
/// <param name="Value">What code gets.</param>
/// <param name="Reason">allocated, override or rolled-out.</param>
public sealed record GivenVariant(string Variant, AttributeValue Value, string Reason)
{
    /// <summary>What it does on pages.</summary>
    public ImmutableArray<RuleAction> Actions { get; init; } = [];

    public const string Allocated = "allocated", Override = "override", RolledOut = "rolled-out";
}

/// <summary>An experiment as visitors are given variants by it.</summary>
public sealed class ExperimentPlan
{
    private readonly AllocationPlan _plan;
    private readonly FrozenDictionary<string, GivenVariant> _overrides;
    private readonly ImmutableArray<GivenVariant> _given;
    private readonly FrozenSet<Guid>? _sites;
    private readonly ImmutableArray<string> _pages;
    private readonly GivenVariant? _rolledOut;
    private readonly bool _isRunning;
    private readonly DateTimeOffset? _startedAt;

    /// <param name="key">Of the experiment: the seed.</param>
    /// <param name="content">What it tries on whom.</param>
    /// <param name="status">Where it is.</param>
    /// <param name="overrides">Keys of variants by the ids of those who test it.</param>
    /// <param name="rolledOut">Key of the variant that everybody gets; null: none.</param>
    /// <param name="startedAt">When it started; null: it hasn't.</param>
    public ExperimentPlan(
        string key, ExperimentContent content, ExperimentStatus status, IEnumerable<KeyValuePair<string, string>> overrides, string? rolledOut, DateTimeOffset? startedAt = null)
    {
        _startedAt = startedAt;
        _isRunning = status == ExperimentStatus.Running;
        _sites = content.SiteIds?.ToFrozenSet();
        _pages = content.Pages ?? [];
        _given = [.. content.Variants.Select(variant => new GivenVariant(variant.Key, variant.Value, GivenVariant.Allocated) { Actions = variant.Actions ?? [] })];
        Touches = [.. content.Variants.SelectMany(variant => variant.Actions ?? []).Select(action => action.Target())];
        DependsOn = [.. content.Condition.DependsOn()];
        _rolledOut = rolledOut is not null && content.IndexOf(rolledOut) is >= 0 and var winner ? _given[winner] with { Reason = GivenVariant.RolledOut } : null;
        // A variant that isn't there any more in a changed draft is nobody's.
        _overrides = status == ExperimentStatus.Stopped ? FrozenDictionary<string, GivenVariant>.Empty
            : overrides.Select(o => (o.Key, Variant: content.IndexOf(o.Value))).Where(o => o.Variant >= 0).ToFrozenDictionary(o => o.Key, o => _given[o.Variant] with { Reason = GivenVariant.Override }, StringComparer.Ordinal);
        _plan = new(key, [.. content.Variants.Select(variant => variant.Value)])
        {
            HashVersion = (HashVersion)content.HashVersion,
            Condition = content.Condition,
            Ranges = BucketRange.Of(content.Variants.Length, content.Coverage, [.. content.Variants.Select(variant => variant.Weight)]),
            Namespace = content.Namespace is { } space ? new BucketNamespace(space.Name, space.Start, space.End) : null,
            Meta = [.. content.Variants.Select(variant => new VariantMeta(variant.Key))],
        };
    }

    /// <summary>What any of its variants does something to on pages: <see cref="RuleAction.Target"/>.</summary>
    public ImmutableSortedSet<string> Touches { get; }

    /// <summary>First names of the attributes that tell whom it concerns.</summary>
    public ImmutableSortedSet<string> DependsOn { get; }

    /// <summary>Whether it counts on a site, and on a page of it.</summary>
    /// <param name="siteId">The site; null: none was named.</param>
    /// <param name="page">Path; null: of none.</param>
    public bool IsOn(Guid? siteId, string? page) =>
        (_sites is null || siteId is { } site && _sites.Contains(site)) && (page is null || _pages.IsEmpty || _pages.Any(pattern => RuleContent.Fits(pattern, page)));

    /// <summary>Who tests it gets the override, also before it starts; while it runs who is let in gets the variant of their place; after a roll-out all get that whom it concerns.</summary>
    /// <param name="context">Of the request; the attribute id says who it is.</param>
    /// <param name="siteId">The site that it's asked for; null: none was named.</param>
    /// <param name="page">Path of the page; null: of none, and of any.</param>
    /// <param name="holdout">Who gets nothing of experiments, unless they test it; null: nobody.</param>
    /// <returns>Null: none.</returns>
    public GivenVariant? Give(AllocationContext context, Guid? siteId, string? page = null, Holdout? holdout = null)
    {
        if (!IsOn(siteId, page)) return null;
        var id = _overrides.Count > 0 || holdout is not null ? IdOf(context) : null;
        if (id is not null && _overrides.TryGetValue(id, out var tested)) return tested;
        if (holdout is not null && holdout.Holds(id, _rolledOut is null ? _startedAt : null)) return null;
        if (_rolledOut is not null) return _plan.Condition.Holds(context.Visitor) ? _rolledOut : null;
        if (!_isRunning) return null;
        return Allocator.Run(_plan, context) is { IsIn: true } allocation ? _given[allocation.Variant] : null;
    }

    /// <summary>Who it is, by the attribute id; null: nobody knows.</summary>
    internal static string? IdOf(AllocationContext context) => context.Visitor.Attributes["id"] is { IsNull: false } id ? id.ToString() : null;
}
