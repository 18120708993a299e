using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Api.Experiments;

/// <summary>Cases that each of GrowthBook's SDKs must pass (growthbook/growthbook, packages/sdk-js/test/cases.json).</summary>
public static class GrowthBookConformance
{
    // Of the echo of an experiment's definition these are compared.
    private static readonly string[] _echoed = ["key", "variations", "weights", "coverage", "contextualBandit"];

    public static ConformanceResult Run(JsonElement file) => ConformanceResult.Of(file.EnumerateObject().Where(group => group.Value.ValueKind == JsonValueKind.Array)
        .SelectMany(group => group.Value.EnumerateArray().Select((one, n) => Case(group.Name, one[0].ValueKind == JsonValueKind.String ? $"{n + 1} {one[0].GetString()}" : $"{n + 1}", one))));

    private static ConformanceCase Case(string group, string name, JsonElement one)
    {
        return group switch
        {
            "evalCondition" => Of(3, () => AttributeValue.Of(GrowthBookCondition.Read(one[1]).Holds(new(AttributeValue.Of(one[2])) { Groups = Groups(one, 4) }))),
            "hash" => Of(3, () => Number(Bucketing.Of(one[0].GetString()!, one[1].GetString()!, one[2].GetInt32() switch { 1 => HashVersion.Fnv1, 2 => HashVersion.Fnv2, _ => default }))),
            "getBucketRange" => Of(2, () => AttributeValue.Of(BucketRange.Of(one[1][0].GetInt32(), one[1][1].GetDouble(), one[1][2].ValueKind == JsonValueKind.Array ? [.. one[1][2].EnumerateArray().Select(weight => weight.GetDouble())] : null)
                .Select(range => AttributeValue.Of([AttributeValue.Of(range.Start), AttributeValue.Of(range.End)])))),
            "chooseVariation" => Of(3, () => AttributeValue.Of(BucketRange.Choose(one[1].GetDouble(), [.. one[2].EnumerateArray().Select(range => new BucketRange(range[0].GetDouble(), range[1].GetDouble()))]))),
            "getQueryStringOverride" => Of(4, () => Number(UrlMatching.Forced(one[1].GetString()!, one[2].GetString(), one[3].GetInt32()))),
            "inNamespace" => Of(3, () => AttributeValue.Of(new BucketNamespace(one[2][0].GetString()!, one[2][1].GetDouble(), one[2][2].GetDouble()).Has(one[1].GetString()!))),
            "getEqualWeights" => Of(1, () => AttributeValue.Of(BucketRange.Equal(one[0].GetInt32()).Select(AttributeValue.Of))),
            "decrypt" => Of(3, () => AttributeValue.Of(EncryptedFeatures.Decrypt(one[1].GetString()!, one[2].GetString()!))),
            "run" => new(group, name, $"[{one[3].GetRawText()},{one[4].GetRawText()},{one[5].GetRawText()}]", () => Ran(one)),
            "feature" or "contextualBandit" => Of(3, () => Feature(one[2].GetString()!, Context(one[1]), AttributeValue.Of(one[3]))),
            "stickyBucket" => new(group, name, $"[{one[4].GetRawText()},{one[5].GetRawText()}]", () => Sticky(one)),
            "urlRedirect" => Of(2, () => Redirects(one[1])),
            _ => new(group, name, "", () => (false, "A group of cases that this release doesn't know.")),
        };

        ConformanceCase Of(int expected, Func<AttributeValue> answer) => new(group, name, one[expected].GetRawText(), () =>
        {
            var actual = answer();
            return (IsAlike(Bare(AttributeValue.Of(one[expected])), actual), Show(actual));
        });
    }

    private static (bool IsAlike, string Actual) Ran(JsonElement one)
    {
        var allocation = Allocator.Run(GrowthBookPlans.Experiment(one[2]), Context(one[1]));
        var actual = AttributeValue.Of([allocation.Value, AttributeValue.Of(allocation.IsIn), AttributeValue.Of(allocation.IsByHash)]);
        return (actual == AttributeValue.Of([AttributeValue.Of(one[3]), AttributeValue.Of(one[4]), AttributeValue.Of(one[5])]), Show(actual));
    }

    private static (bool IsAlike, string Actual) Sticky(JsonElement one)
    {
        var context = Context(one[1]);
        var kept = one[2].EnumerateArray().Select(BucketsOf).Where(buckets => context.Visitor.Attributes[buckets.Attribute].ToString() == buckets.Value).ToImmutableDictionary(buckets => $"{buckets.Attribute}||{buckets.Value}");
        var evaluation = FlagEvaluator.Evaluate(one[3].GetString()!, context with { Sticky = kept });
        if (evaluation.Allocation?.Remembered(kept) is { } remembered) kept = kept.SetItem($"{remembered.Attribute}||{remembered.Value}", remembered);
        var expected = AttributeValue.Of([Bare(AttributeValue.Of(one[4])), AttributeValue.Of(one[5])]);
        var actual = AttributeValue.Of([evaluation.Allocation is { } allocation ? Result(allocation, one[3].GetString()!) : AttributeValue.Null, AttributeValue.Of(kept.Select(pair => KeyValuePair.Create(pair.Key, Shown(pair.Value))))]);
        return (IsAlike(expected, actual), Show(actual));
    }

    private static AttributeValue Redirects(JsonElement json)
    {
        var context = Context(json);
        return AttributeValue.Of(json.GetProperty("experiments").EnumerateArray().Select(GrowthBookPlans.Experiment).Select(plan => Allocator.Run(plan, context)).Select(allocation =>
        {
            var address = allocation.Value["urlRedirect"].Text ?? "";
            return Map(("inExperiment", AttributeValue.Of(allocation.IsIn)), ("urlRedirect", AttributeValue.Of(address)),
                ("urlWithParams", AttributeValue.Of(allocation.Plan.KeepsQuery ? UrlMatching.WithQueryOf(context.Url, address) : address)));
        }));
    }

    private static AttributeValue Feature(string key, AllocationContext context, AttributeValue expected)
    {
        var evaluation = FlagEvaluator.Evaluate(key, context);
        var members = new List<(string, AttributeValue)>
        {
            ("value", evaluation.Value), ("on", AttributeValue.Of(evaluation.IsOn)), ("off", AttributeValue.Of(!evaluation.IsOn)), ("ruleId", AttributeValue.Of(evaluation.RuleId ?? "")),
            ("source", AttributeValue.Of(evaluation.Source switch
            {
                FlagSource.UnknownFlag => "unknownFeature", FlagSource.Rule => "force", FlagSource.Experiment => "experiment", FlagSource.Prerequisite => "prerequisite", FlagSource.CyclicPrerequisite => "cyclicPrerequisite", _ => "defaultValue",
            })),
        };
        if (evaluation.Allocation is { } allocation)
        {
            var echo = expected["experiment"].Members.Select(member => member.Key).Intersect(_echoed).ToArray();
            members.Add(("experimentResult", Result(allocation, key)));
            members.Add(("experiment", Map([.. echo.Select(name => (name, name switch
            {
                "key" => AttributeValue.Of(allocation.Plan.Key),
                "variations" => AttributeValue.Of(allocation.Plan.Variants),
                "weights" => AttributeValue.Of((allocation.Plan.Weights ?? []).Select(AttributeValue.Of)),
                "coverage" => AttributeValue.Of(allocation.Plan.Coverage),
                _ => Map([.. BanditOf(allocation)]),
            }))])));
        }
        return Map([.. members]);
    }

    private static AttributeValue Result(Allocation allocation, string flag)
    {
        var members = new List<(string, AttributeValue)>
        {
            ("featureId", AttributeValue.Of(flag)), ("value", allocation.Value), ("variationId", AttributeValue.Of(allocation.Variant)), ("inExperiment", AttributeValue.Of(allocation.IsIn)), ("hashUsed", AttributeValue.Of(allocation.IsByHash)),
            ("hashAttribute", AttributeValue.Of(allocation.HashAttribute)), ("hashValue", AttributeValue.Of(allocation.HashValue)), ("key", AttributeValue.Of(allocation.Key)), ("stickyBucketUsed", AttributeValue.Of(allocation.IsSticky)),
        };
        if (allocation.Place is { } place) members.Add(("bucket", AttributeValue.Of(place)));
        if (allocation.Plan.Meta.ElementAtOrDefault(allocation.Variant)?.Name is { } name) members.Add(("name", AttributeValue.Of(name)));
        members.AddRange(BanditOf(allocation));
        return Map([.. members]);
    }

    private static IEnumerable<(string, AttributeValue)> BanditOf(Allocation allocation) => allocation is not { Leaf: { } leaf, BanditVersion: { } version } ? []
        : [("leafId", AttributeValue.Of(leaf)), ("variationWeights", AttributeValue.Of((allocation.Plan.Weights ?? []).Select(AttributeValue.Of))), ("banditVersion", AttributeValue.Of(version))];

    private static AllocationContext Context(JsonElement json) =>
        new(new(json.TryGetProperty("attributes", out var attributes) ? AttributeValue.Of(attributes) : Map()) { Groups = Groups(json) }, json.TryGetProperty("features", out var features) ? GrowthBookPlans.Flags(features) : ImmutableDictionary<string, FlagPlan>.Empty)
        {
            IsEnabled = !json.TryGetProperty("enabled", out var enabled) || enabled.ValueKind != JsonValueKind.False,
            IsQa = json.TryGetProperty("qaMode", out var qa) && qa.ValueKind == JsonValueKind.True,
            Url = json.TryGetProperty("url", out var url) ? url.GetString() : null,
            Forced = json.TryGetProperty("forcedVariations", out var forced) ? forced.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetInt32()) : ImmutableDictionary<string, int>.Empty,
            Bandits = json.TryGetProperty("contextualBandits", out var bandits) ? GrowthBookPlans.Bandits(bandits) : ImmutableDictionary<string, Bandit>.Empty,
        };

    private static Dictionary<string, ImmutableHashSet<AttributeValue>> Groups(JsonElement json) => json.TryGetProperty("savedGroups", out var groups) ? GroupsOf(groups) : [];

    private static Dictionary<string, ImmutableHashSet<AttributeValue>> Groups(JsonElement list, int at) => list.GetArrayLength() > at ? GroupsOf(list[at]) : [];

    private static Dictionary<string, ImmutableHashSet<AttributeValue>> GroupsOf(JsonElement groups) => groups.EnumerateObject().ToDictionary(group => group.Name, group => AttributeValue.Of(group.Value).Items.ToImmutableHashSet());

    private static StickyBuckets BucketsOf(JsonElement json) => new(json.GetProperty("attributeName").GetString()!, json.GetProperty("attributeValue").GetString()!,
        json.GetProperty("assignments").EnumerateObject().ToImmutableDictionary(one => one.Name, one => one.Value.GetString()!));

    private static AttributeValue Shown(StickyBuckets buckets) => Map(("attributeName", AttributeValue.Of(buckets.Attribute)), ("attributeValue", AttributeValue.Of(buckets.Value)),
        ("assignments", AttributeValue.Of(buckets.Assignments.Select(one => KeyValuePair.Create(one.Key, AttributeValue.Of(one.Value))))));

    // An answer without the parts of the echo that aren't compared.
    private static AttributeValue Bare(AttributeValue answer) => answer["experiment"].IsNull ? answer
        : AttributeValue.Of(answer.Members.Select(member => member.Key == "experiment" ? KeyValuePair.Create(member.Key, AttributeValue.Of(member.Value.Members.Where(echo => _echoed.Contains(echo.Key)))) : member));

    // Numbers to 1e-7: the file has thirds to eight places.
    private static bool IsAlike(AttributeValue expected, AttributeValue actual) => expected.Kind == actual.Kind && expected.Kind switch
    {
        JsonValueKind.Number => Math.Abs(expected.Number - actual.Number) < 1e-7,
        JsonValueKind.Array => expected.Items.Length == actual.Items.Length && expected.Items.Zip(actual.Items).All(pair => IsAlike(pair.First, pair.Second)),
        JsonValueKind.Object => expected.Members.Count() == actual.Members.Count() && expected.Members.All(member => IsAlike(member.Value, actual[member.Key])),
        _ => expected == actual,
    };

    private static AttributeValue Number(double? number) => number is { } there ? AttributeValue.Of(there) : AttributeValue.Null;

    private static AttributeValue Map(params (string Name, AttributeValue Value)[] members) => AttributeValue.Of(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));

    private static string Show(AttributeValue value) => JsonSerializer.Serialize(value);
}
