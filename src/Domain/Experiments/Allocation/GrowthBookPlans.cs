using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Features and experiments as GrowthBook writes them for its SDKs (docs.growthbook.io/lib/build-your-own), as plans of ours that allocate alike.</summary>
public static class GrowthBookPlans
{
    /// <param name="features">An object of features by key.</param>
    public static ImmutableDictionary<string, FlagPlan> Flags(JsonElement features) => features.ValueKind != JsonValueKind.Object ? ImmutableDictionary<string, FlagPlan>.Empty
        : features.EnumerateObject().ToImmutableDictionary(feature => feature.Name, feature => new FlagPlan(
            feature.Value.TryGetProperty("defaultValue", out var value) ? AttributeValue.Of(value) : AttributeValue.Null,
            [.. feature.Value.List("rules").Select(rule => Rule(feature.Name, rule))]));

    /// <param name="json">With key, variations, and what else an experiment has.</param>
    public static AllocationPlan Experiment(JsonElement json) => Experiment(Text(json, "key") ?? "", json);

    /// <param name="json">An object of bandits by name.</param>
    public static ImmutableDictionary<string, Bandit> Bandits(JsonElement json) => json.ValueKind != JsonValueKind.Object ? ImmutableDictionary<string, Bandit>.Empty
        : json.EnumerateObject().ToImmutableDictionary(bandit => bandit.Name, bandit => new Bandit(bandit.Value.Integer("banditVersion") ?? 0,
            [.. bandit.Value.List("contexts").Select(leaf => new BanditLeaf(leaf.Integer("leafId") ?? 0, ConditionOf(leaf), Numbers(leaf, "weights") ?? []))]));

    private static FlagRule Rule(string flag, JsonElement json) => new()
    {
        Id = Text(json, "id"),
        Condition = ConditionOf(json),
        Prerequisites = PrerequisitesOf(json),
        Filters = FiltersOf(json),
        Value = json.TryGetProperty("force", out var force) ? AttributeValue.Of(force) : null,
        Coverage = json.Number("coverage"),
        Range = json.TryGetProperty("range", out var range) ? RangeOf(range) : null,
        Seed = Text(json, "seed"),
        HashVersion = VersionOf(json, 1),
        HashAttribute = Text(json, "hashAttribute"),
        FallbackAttribute = Text(json, "fallbackAttribute"),
        IsSticky = !json.IsTrue("disableStickyBucketing"),
        Experiment = json.TryGetProperty("variations", out _) || json.TryGetProperty("contextualVariations", out _) ? Experiment(Text(json, "key") ?? flag, json) : null,
    };

    private static AllocationPlan Experiment(string key, JsonElement json) => new(key, [.. json.List(json.TryGetProperty("variations", out _) ? "variations" : "contextualVariations").Select(AttributeValue.Of)])
    {
        Seed = Text(json, "seed"),
        HashVersion = VersionOf(json, 1),
        HashAttribute = Text(json, "hashAttribute"),
        FallbackAttribute = Text(json, "fallbackAttribute"),
        Weights = Numbers(json, "weights"),
        Coverage = json.Number("coverage") ?? 1,
        Ranges = json.TryGetProperty("ranges", out _) ? [.. json.List("ranges").Select(RangeOf)] : null,
        Namespace = json.List("namespace").ToArray() is [var name, var start, var end] ? new(name.GetString() ?? "", start.GetDouble(), end.GetDouble()) : null,
        Filters = FiltersOf(json),
        Meta = [.. json.List("meta").Select(meta => new VariantMeta(Text(meta, "key"), Text(meta, "name"), meta.IsTrue("passthrough")))],
        Condition = ConditionOf(json),
        Prerequisites = PrerequisitesOf(json),
        Urls = [.. json.List("urlPatterns").Select(url => new UrlTarget(Text(url, "pattern") ?? "", Text(url, "type") == "regex", !url.TryGetProperty("include", out var include) || include.ValueKind != JsonValueKind.False))],
        KeepsQuery = json.IsTrue("persistQueryString"),
        IsActive = !(json.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.False) && Text(json, "status") != "draft",
        IsStopped = Text(json, "status") == "stopped",
        Forced = json.Integer("force"),
        BucketVersion = json.Integer("bucketVersion") ?? 0,
        MinBucketVersion = json.Integer("minBucketVersion") ?? 0,
        IsSticky = !json.IsTrue("disableStickyBucketing"),
        BanditName = json.TryGetProperty("contextualVariations", out _) ? Text(json, "contextualBanditRef") : null,
    };

    private static Condition ConditionOf(JsonElement json) => json.TryGetProperty("condition", out var condition) ? GrowthBookCondition.Read(condition) : Condition.Always;

    private static ImmutableArray<Prerequisite> PrerequisitesOf(JsonElement json) =>
        [.. json.List("parentConditions").Select(parent => new Prerequisite(Text(parent, "id") ?? "", ConditionOf(parent), parent.IsTrue("gate")))];

    private static ImmutableArray<BucketFilter> FiltersOf(JsonElement json) =>
        [.. json.List("filters").Select(filter => new BucketFilter(Text(filter, "seed") ?? "", [.. filter.List("ranges").Select(RangeOf)], Text(filter, "attribute"), VersionOf(filter, 2)))];

    private static BucketRange RangeOf(JsonElement json) => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 ? new(json[0].GetDouble(), json[1].GetDouble()) : default;

    // What isn't one of GrowthBook's two is none, Murmur3 neither.
    private static HashVersion VersionOf(JsonElement json, int otherwise) => (json.Integer("hashVersion") ?? otherwise) switch { 1 => HashVersion.Fnv1, 2 => HashVersion.Fnv2, _ => default };

    // An empty text is none.
    private static string? Text(JsonElement json, string name) => json.Text(name) is { Length: > 0 } text ? text : null;

    private static ImmutableArray<double>? Numbers(JsonElement json, string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(number => number.GetDouble())] : null;
}
