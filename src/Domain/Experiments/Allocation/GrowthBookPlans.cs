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
            [.. List(feature.Value, "rules").Select(rule => Rule(feature.Name, rule))]));

    /// <param name="json">With key, variations, and what else an experiment has.</param>
    public static AllocationPlan Experiment(JsonElement json) => Experiment(Text(json, "key") ?? "", json);

    /// <param name="json">An object of bandits by name.</param>
    public static ImmutableDictionary<string, Bandit> Bandits(JsonElement json) => json.ValueKind != JsonValueKind.Object ? ImmutableDictionary<string, Bandit>.Empty
        : json.EnumerateObject().ToImmutableDictionary(bandit => bandit.Name, bandit => new Bandit(Integer(bandit.Value, "banditVersion") ?? 0,
            [.. List(bandit.Value, "contexts").Select(leaf => new BanditLeaf(Integer(leaf, "leafId") ?? 0, ConditionOf(leaf), Numbers(leaf, "weights") ?? []))]));

    private static FlagRule Rule(string flag, JsonElement json) => new()
    {
        Id = Text(json, "id"),
        Condition = ConditionOf(json),
        Prerequisites = PrerequisitesOf(json),
        Filters = FiltersOf(json),
        Value = json.TryGetProperty("force", out var force) ? AttributeValue.Of(force) : null,
        Coverage = Number(json, "coverage"),
        Range = json.TryGetProperty("range", out var range) ? RangeOf(range) : null,
        Seed = Text(json, "seed"),
        HashVersion = VersionOf(json, 1),
        HashAttribute = Text(json, "hashAttribute"),
        FallbackAttribute = Text(json, "fallbackAttribute"),
        IsSticky = !IsTrue(json, "disableStickyBucketing"),
        Experiment = json.TryGetProperty("variations", out _) || json.TryGetProperty("contextualVariations", out _) ? Experiment(Text(json, "key") ?? flag, json) : null,
    };

    private static AllocationPlan Experiment(string key, JsonElement json) => new(key, [.. List(json, json.TryGetProperty("variations", out _) ? "variations" : "contextualVariations").Select(AttributeValue.Of)])
    {
        Seed = Text(json, "seed"),
        HashVersion = VersionOf(json, 1),
        HashAttribute = Text(json, "hashAttribute"),
        FallbackAttribute = Text(json, "fallbackAttribute"),
        Weights = Numbers(json, "weights"),
        Coverage = Number(json, "coverage") ?? 1,
        Ranges = json.TryGetProperty("ranges", out _) ? [.. List(json, "ranges").Select(RangeOf)] : null,
        Namespace = List(json, "namespace").ToArray() is [var name, var start, var end] ? new(name.GetString() ?? "", start.GetDouble(), end.GetDouble()) : null,
        Filters = FiltersOf(json),
        Meta = [.. List(json, "meta").Select(meta => new VariantMeta(Text(meta, "key"), Text(meta, "name"), IsTrue(meta, "passthrough")))],
        Condition = ConditionOf(json),
        Prerequisites = PrerequisitesOf(json),
        Urls = [.. List(json, "urlPatterns").Select(url => new UrlTarget(Text(url, "pattern") ?? "", Text(url, "type") == "regex", !url.TryGetProperty("include", out var include) || include.ValueKind != JsonValueKind.False))],
        KeepsQuery = IsTrue(json, "persistQueryString"),
        IsActive = !(json.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.False) && Text(json, "status") != "draft",
        IsStopped = Text(json, "status") == "stopped",
        Forced = Integer(json, "force"),
        BucketVersion = Integer(json, "bucketVersion") ?? 0,
        MinBucketVersion = Integer(json, "minBucketVersion") ?? 0,
        IsSticky = !IsTrue(json, "disableStickyBucketing"),
        BanditName = json.TryGetProperty("contextualVariations", out _) ? Text(json, "contextualBanditRef") : null,
    };

    private static Condition ConditionOf(JsonElement json) => json.TryGetProperty("condition", out var condition) ? GrowthBookCondition.Read(condition) : Condition.Always;

    private static ImmutableArray<Prerequisite> PrerequisitesOf(JsonElement json) =>
        [.. List(json, "parentConditions").Select(parent => new Prerequisite(Text(parent, "id") ?? "", ConditionOf(parent), IsTrue(parent, "gate")))];

    private static ImmutableArray<BucketFilter> FiltersOf(JsonElement json) =>
        [.. List(json, "filters").Select(filter => new BucketFilter(Text(filter, "seed") ?? "", [.. List(filter, "ranges").Select(RangeOf)], Text(filter, "attribute"), VersionOf(filter, 2)))];

    private static BucketRange RangeOf(JsonElement json) => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 ? new(json[0].GetDouble(), json[1].GetDouble()) : default;

    // What isn't one of GrowthBook's two is none, Murmur3 neither.
    private static HashVersion VersionOf(JsonElement json, int otherwise) => (Integer(json, "hashVersion") ?? otherwise) switch { 1 => HashVersion.Fnv1, 2 => HashVersion.Fnv2, _ => default };

    private static IEnumerable<JsonElement> List(JsonElement json, string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } there ? there : null;

    private static double? Number(JsonElement json, string name) => json.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;

    private static int? Integer(JsonElement json, string name) => json.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var integer) ? integer : null;

    private static ImmutableArray<double>? Numbers(JsonElement json, string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(number => number.GetDouble())] : null;

    private static bool IsTrue(JsonElement json, string name) => json.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
}
