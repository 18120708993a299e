using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>The site's gate, whole: its rules in the order in which they decide.</summary>
[EventType("content.site-gate-set")]
public sealed record SiteGateSet(Guid SiteId, ImmutableArray<GateRule> Rules);

/// <summary>The site has no gate of its own any more: that of the nearest site above holds.</summary>
[EventType("content.site-gate-reset")]
public sealed record SiteGateReset(Guid SiteId);

/// <summary>What a site lets in of the tenant's pool; a stream a site.</summary>
[StateType("content.site-gate", 1)]
public sealed record SiteGate : IState<SiteGate>
{
    public static SiteGate Initial { get; } = new();

    /// <summary>Null: none of its own.</summary>
    public ImmutableArray<GateRule>? Rules { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a site's gate.</summary>
    public static Guid IdOf(Guid siteId) => DerivedId.From("content.site-gate", siteId.ToString("D"));

    public SiteGate Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>
    /// Whether a gate lets an item in, and why: of the rules that hold now and match, the one of the highest priority decides, and at the same
    /// priority one that excludes before one that includes. None: the item stays out.
    /// </summary>
    /// <param name="rules">Of the gate, in any order.</param>
    /// <param name="item">An item of the pool.</param>
    /// <param name="now">When it's asked.</param>
    public static GateVerdict Decide(IEnumerable<GateRule> rules, PoolItem item, DateTimeOffset now)
    {
        GateReading? by = null;
        var others = ImmutableArray.CreateBuilder<GateReading>();
        foreach (var rule in InOrder(rules))
        {
            var against = by is not null ? "A rule before it decides."
                : !rule.HoldsAt(now) ? "It doesn't hold now."
                : rule.When.Read(item).FirstOrDefault(part => part.Value is null) is { } missed ? $"Nothing of the item fits its {missed.Part}."
                : null;
            var reading = new GateReading(rule, [.. rule.When.Read(item).Where(part => part.Value is not null)], against);
            if (against is null) by = reading;
            else others.Add(reading);
        }

        return new GateVerdict(by?.Rule.Effect == GateEffect.Include, by, others.ToImmutable());
    }

    /// <summary>The same as a question that many items are put to: without the explanation.</summary>
    /// <param name="rules">Of the gate, in any order.</param>
    /// <param name="now">When it's asked.</param>
    public static Func<PoolItem, bool> Admits(IEnumerable<GateRule> rules, DateTimeOffset now)
    {
        var holding = InOrder(rules.Where(rule => rule.HoldsAt(now)));
        return item =>
        {
            foreach (var rule in holding)
                if (rule.When.Fits(item))
                    return rule.Effect == GateEffect.Include;
            return false;
        };
    }

    /// <summary>In the order in which they decide.</summary>
    internal static ImmutableArray<GateRule> InOrder(IEnumerable<GateRule> rules) =>
        [.. rules.OrderByDescending(rule => rule.Priority).ThenBy(rule => rule.Effect != GateEffect.Exclude).ThenBy(rule => rule.Name, StringComparer.Ordinal)];

    private SiteGate Apply(object @event) => @event switch
    {
        SiteGateSet set => this with { Rules = set.Rules },
        SiteGateReset => this with { Rules = null },
        _ => this,
    };
}

/// <summary>A rule held against an item.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matched">The parts of its condition that fit the item.</param>
/// <param name="Against">Why it doesn't decide, as a sentence; null: it does.</param>
public sealed record GateReading(GateRule Rule, ImmutableArray<GatePart> Matched, string? Against = null);

/// <summary>What a gate says of an item.</summary>
/// <param name="Admitted">It's let in.</param>
/// <param name="By">The rule that decides; null: none matches, and the item stays out.</param>
/// <param name="PassedOver">The others, in the order in which they would decide.</param>
public sealed record GateVerdict(bool Admitted, GateReading? By, ImmutableArray<GateReading> PassedOver);
