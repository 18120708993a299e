using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Domain.Content;

/// <summary>What a rule does with the items that it matches.</summary>
public static class GateEffect
{
    public const string Include = "include";
    public const string Exclude = "exclude";
}

/// <summary>What of an item gates go by: an item of the pool, shared and live.</summary>
/// <param name="Type">Name of its content type.</param>
/// <param name="Tags">Its labels.</param>
/// <param name="Regions">Its labels.</param>
/// <param name="Locales">Those that are live, its own first.</param>
/// <param name="PublishedAt">When it last went live.</param>
public sealed record PoolItem(string Type, ImmutableArray<string> Tags, ImmutableArray<string> Regions, ImmutableArray<string> Locales, DateTimeOffset PublishedAt);

/// <summary>
/// Which items a rule matches: every part that is there must fit, a list by any one of its values. No part: all items. A region or locale covers
/// what begins with it and a hyphen: <c>AT</c> fits <c>AT-9</c>, <c>de</c> fits <c>de-AT</c> (RFC 4647, basic filtering).
/// </summary>
/// <param name="Types">Names of content types.</param>
/// <param name="Tags">Tags of the item.</param>
/// <param name="Regions">Regions of the item.</param>
/// <param name="Locales">Language tags.</param>
/// <param name="PublishedFrom">The item last went live then or later.</param>
/// <param name="PublishedUntil">The item last went live earlier.</param>
public sealed record GateCondition(
    ImmutableArray<string>? Types = null, ImmutableArray<string>? Tags = null, ImmutableArray<string>? Regions = null, ImmutableArray<string>? Locales = null,
    DateTimeOffset? PublishedFrom = null, DateTimeOffset? PublishedUntil = null)
{
    public bool Equals(GateCondition? other) => other is not null
        && Same(Types, other.Types) && Same(Tags, other.Tags) && Same(Regions, other.Regions) && Same(Locales, other.Locales)
        && PublishedFrom == other.PublishedFrom && PublishedUntil == other.PublishedUntil;

    public override int GetHashCode() => HashCode.Combine(Types?.Length, Tags?.Length, Regions?.Length, Locales?.Length, PublishedFrom, PublishedUntil);

    /// <summary>Whether the item is one of those.</summary>
    public bool Fits(PoolItem item) =>
        (Types is not { } types || types.Contains(item.Type))
        && (Tags is not { } tags || Find(tags, item.Tags, IsSame) is not null)
        && (Regions is not { } regions || Find(regions, item.Regions, Covers) is not null)
        && (Locales is not { } locales || Find(locales, item.Locales, Covers) is not null)
        && (PublishedFrom is not { } from || item.PublishedAt >= from)
        && (PublishedUntil is not { } until || item.PublishedAt < until);

    /// <summary>Each part that is there, and what of the item fits it.</summary>
    internal IEnumerable<GatePart> Read(PoolItem item)
    {
        if (Types is { } types) yield return new("types", types.Contains(item.Type) ? item.Type : null);
        if (Tags is { } tags) yield return new("tags", Find(tags, item.Tags, IsSame));
        if (Regions is { } regions) yield return new("regions", Find(regions, item.Regions, Covers));
        if (Locales is { } locales) yield return new("locales", Find(locales, item.Locales, Covers));
        var published = item.PublishedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
        if (PublishedFrom is { } from) yield return new("publishedFrom", item.PublishedAt >= from ? published : null);
        if (PublishedUntil is { } until) yield return new("publishedUntil", item.PublishedAt < until ? published : null);
    }

    /// <summary>The same in one order, none twice.</summary>
    internal GateCondition InOrder() => this with { Types = InOrder(Types), Tags = InOrder(Tags), Regions = InOrder(Regions), Locales = InOrder(Locales) };

    private static ImmutableArray<string>? InOrder(ImmutableArray<string>? values) => values is { } some ? Label.Sorted(some) : null;

    private static bool Same(ImmutableArray<string>? one, ImmutableArray<string>? other) => one is { } a && other is { } b ? a.SequenceEqual(b) : one is null && other is null;

    private static string? Find(ImmutableArray<string> wanted, ImmutableArray<string> had, Func<string, string, bool> fits)
    {
        foreach (var value in had)
            foreach (var one in wanted)
                if (fits(one, value))
                    return value;
        return null;
    }

    private static bool IsSame(string one, string other) => one == other;

    private static bool Covers(string range, string tag) =>
        tag.StartsWith(range, StringComparison.OrdinalIgnoreCase) && (tag.Length == range.Length || tag[range.Length] == '-');
}

/// <summary>A part of a condition, held against an item.</summary>
/// <param name="Part">types, tags, regions, locales, publishedFrom or publishedUntil.</param>
/// <param name="Value">What of the item fits it; null: nothing does.</param>
public sealed record GatePart(string Part, string? Value);

/// <summary>A rule of a site's gate.</summary>
/// <param name="Name">For people; unique in the gate.</param>
/// <param name="Effect">include or exclude.</param>
/// <param name="Priority">0-1,000: the highest of the rules that match decides.</param>
/// <param name="When">Which items it matches.</param>
/// <param name="From">It holds from then on; null: always has.</param>
/// <param name="Until">It holds until before then; null: for good.</param>
public sealed record GateRule(string Name, string Effect, int Priority, GateCondition When, DateTimeOffset? From = null, DateTimeOffset? Until = null)
{
    internal bool HoldsAt(DateTimeOffset now) => (From is not { } from || now >= from) && (Until is not { } until || now < until);
}
