using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>
/// Toggles as Unleash's server writes them for its SDKs (docs.getunleash.io, "Client specification"), as flags of ours. The value of one is what the SDKs call its variant:
/// name, payload, enabled, and feature_enabled.
/// </summary>
public static class UnleashFlags
{
    /// <summary>Attributes that stand for stickiness without a name: userId, else sessionId, else anything; and for anything.</summary>
    public const string Sticky = "$sticky", Random = "$random";

    private static readonly AttributeValue _disabled = Variant("disabled", null, isEnabled: false, isOn: false), _plain = Variant("disabled", null, isEnabled: false, isOn: true);

    /// <param name="state">With features and segments, or with the events that make them.</param>
    public static ImmutableDictionary<string, FlagPlan> Read(JsonElement state)
    {
        var (features, segments) = Fold(state);
        return features.ToImmutableDictionary(feature => feature.Key, feature => Flag(feature.Key, feature.Value, features, segments));
    }

    /// <summary>Attributes of a context of Unleash's: its properties stand beside its own members.</summary>
    /// <param name="context">Of a request.</param>
    /// <param name="random">Stands for a visitor who has no id.</param>
    public static AttributeValue Attributes(JsonElement context, string random)
    {
        var all = AttributeValue.Of(context);
        var members = all["properties"].Members.Concat(all.Members).Where(member => member.Key != "properties").GroupBy(member => member.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        members[Random] = AttributeValue.Of(random);
        members[Sticky] = new[] { all["userId"], all["sessionId"], AttributeValue.Of(random) }.First(value => !value.IsNull && value.Text is not "");
        return AttributeValue.Of(members);
    }

    private static FlagPlan Flag(string name, JsonElement json, IReadOnlyDictionary<string, JsonElement> features, IReadOnlyDictionary<int, JsonElement> segments)
    {
        var dependencies = json.List("dependencies").ToArray();
        // One level of dependencies, by the specification.
        if (!json.IsTrue("enabled") || dependencies.Any(parent => !features.TryGetValue(Text(parent, "feature"), out var there) || there.List("dependencies").Any())) return new(_disabled, []);
        var prerequisites = dependencies.Select(Dependency).ToImmutableArray();
        var strategies = json.List("strategies").ToArray();
        var rules = strategies.Length == 0 ? Rules(new() { Prerequisites = prerequisites }, name, Text(json, "name"), json.List("variants"))
            : strategies.SelectMany(strategy => Strategy(strategy, prerequisites, segments) is { } rule
                ? strategy.List("variants").Any() ? Rules(rule, name, Parameter(strategy, "groupId") is { Length: > 0 } group ? group : name, strategy.List("variants")) : Rules(rule, name, name, json.List("variants")) : []);
        return new(_disabled, [.. rules]);
    }

    private static Prerequisite Dependency(JsonElement json)
    {
        var isOn = !json.TryGetProperty("enabled", out var enabled) || enabled.ValueKind != JsonValueKind.False;
        var state = new AttributeIs(new("value.feature_enabled"), [new EqualTest(AttributeValue.Of(isOn))]);
        var variants = json.List("variants").Select(AttributeValue.Of).ToImmutableArray();
        return new(Text(json, "feature"), isOn && !variants.IsEmpty ? new AllOf([state, new AttributeIs(new("value.name"), [new OneOfTest(variants)])]) : state);
    }

    private static FlagRule? Strategy(JsonElement json, ImmutableArray<Prerequisite> prerequisites, IReadOnlyDictionary<int, JsonElement> segments)
    {
        var conditions = json.List("constraints").Select(UnleashConstraint.Read).ToList();
        foreach (var segment in json.List("segments"))
            conditions.Add(segments.TryGetValue(segment.GetInt32(), out var there) ? new AllOf([.. there.List("constraints").Select(UnleashConstraint.Read)]) : Condition.Never);
        var group = Parameter(json, "groupId");
        BucketFilter? filter = null;
        switch (Text(json, "name"))
        {
            case "default": break;
            case "userWithId": conditions.Add(new AttributeIs(new("userId"), [new OneOfTest([.. Listed(json, "userIds").Select(AttributeValue.Of)])])); break;
            case "remoteAddress": conditions.Add(new AttributeIs(new("remoteAddress"), [new NetworkTest(Listed(json, "IPs"))])); break;
            case "gradualRolloutUserId": filter = Part(group, "userId", Parameter(json, "percentage")); break;
            case "gradualRolloutSessionId": filter = Part(group, "sessionId", Parameter(json, "percentage")); break;
            case "gradualRolloutRandom": filter = Part(group, Random, Parameter(json, "percentage")); break;
            case "flexibleRollout": filter = Part(group, Stickiness(Parameter(json, "stickiness")), Parameter(json, "rollout")); break;
            default: return null;
        }
        return new() { Condition = new AllOf([.. conditions]), Prerequisites = prerequisites, Filters = filter is null ? [] : [filter] };
    }

    private static BucketFilter Part(string group, string attribute, string percentage) =>
        new(group, [new(0, double.TryParse(percentage, NumberStyles.Float, CultureInfo.InvariantCulture, out var part) ? part / 100 : 0)], attribute, HashVersion.Murmur3);

    // A rule for those who were chosen by hand, one each; then one for all others.
    private static IEnumerable<FlagRule> Rules(FlagRule rule, string flag, string group, IEnumerable<JsonElement> variants)
    {
        var all = variants.ToArray();
        foreach (var variant in all)
            foreach (var chosen in variant.List("overrides"))
                yield return rule with
                {
                    Condition = new AllOf([rule.Condition, new AttributeIs(new(Text(chosen, "contextName")), [new OneOfTest([.. chosen.List("values").Select(AttributeValue.Of)])])]),
                    Value = VariantOf(variant),
                };
        var weights = all.Select(variant => variant.TryGetProperty("weight", out var weight) && weight.TryGetInt32(out var parts) ? Math.Max(parts, 0) : 0).ToArray();
        var total = weights.Sum();
        if (total == 0) yield return rule with { Value = _plain };
        else if (all.Length == 1) yield return rule with { Value = VariantOf(all[0]) };
        else
        {
            var ends = weights.Select((_, n) => weights.Take(n + 1).Sum()).ToArray();
            // The rule's condition is the experiment's: rules look at theirs only where they have a value.
            var plan = new AllocationPlan(flag, [.. all.Select(VariantOf)])
            {
                Seed = group,
                Condition = rule.Condition,
                HashVersion = HashVersion.Murmur3,
                HashAttribute = Stickiness(Text(all[0], "stickiness")),
                Modulus = total,
                Ranges = [.. ends.Select((end, n) => new BucketRange((end - weights[n]) / (double)total, end / (double)total))],
            };
            yield return rule with { Experiment = plan };
            // Whoever lacks what variants stick to has any.
            yield return rule with { Experiment = plan with { HashAttribute = Random } };
        }
    }

    private static string Stickiness(string name) => name switch { "" or "default" => Sticky, "random" => Random, _ => name };

    private static AttributeValue VariantOf(JsonElement json) => Variant(Text(json, "name"), json.TryGetProperty("payload", out var payload) ? AttributeValue.Of(payload) : null, isEnabled: true, isOn: true);

    private static AttributeValue Variant(string name, AttributeValue? payload, bool isEnabled, bool isOn)
    {
        var members = new Dictionary<string, AttributeValue> { ["name"] = AttributeValue.Of(name), ["enabled"] = AttributeValue.Of(isEnabled), ["feature_enabled"] = AttributeValue.Of(isOn) };
        if (payload is { } there) members["payload"] = there;
        return AttributeValue.Of(members);
    }

    private static (Dictionary<string, JsonElement> Features, Dictionary<int, JsonElement> Segments) Fold(JsonElement state)
    {
        var (features, segments) = (new Dictionary<string, JsonElement>(StringComparer.Ordinal), new Dictionary<int, JsonElement>());
        Add(state);
        foreach (var e in state.List("events"))
            switch (Text(e, "type"))
            {
                case "hydration": Add(e); break;
                case "feature-updated" when e.TryGetProperty("feature", out var feature): features[Text(feature, "name")] = feature; break;
                case "feature-removed": features.Remove(Text(e, "featureName")); break;
                case "segment-updated" when e.TryGetProperty("segment", out var segment): segments[segment.GetProperty("id").GetInt32()] = segment; break;
                case "segment-removed" when e.TryGetProperty("segmentId", out var id): segments.Remove(id.GetInt32()); break;
                default: break;
            }
        return (features, segments);

        void Add(JsonElement from)
        {
            foreach (var feature in from.List("features")) features[Text(feature, "name")] = feature;
            foreach (var segment in from.List("segments")) segments[segment.GetProperty("id").GetInt32()] = segment;
        }
    }

    private static ImmutableArray<string> Listed(JsonElement json, string name) => [.. Parameter(json, name).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static string Parameter(JsonElement json, string name) => json.TryGetProperty("parameters", out var parameters) ? Text(parameters, name) : "";

    // Parameters may be numbers too.
    private static string Text(JsonElement json, string name) => json.Text(name) ?? (json.Number(name) is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : "");
}
