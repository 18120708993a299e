using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>Constraints as Unleash writes them (docs.getunleash.io, "Strategy constraints"), as conditions of ours that hold alike.</summary>
public static class UnleashConstraint
{
    /// <param name="json">With contextName, operator, value or values, and inverted and caseInsensitive.</param>
    /// <returns>Holds of nobody where there is no such operator.</returns>
    public static Condition Read(JsonElement json)
    {
        var (name, value, ignoresCase) = (json.Text("contextName") ?? "", json.Text("value") ?? "", json.IsTrue("caseInsensitive"));
        ImmutableArray<string> values = [.. json.List("values").Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)];
        ImmutableArray<ValueTest>? tests = json.Text("operator") switch
        {
            "IN" => [new OneOfTest([.. values.Select(AttributeValue.Of)])],
            "NOT_IN" => [new NotTest([new OneOfTest([.. values.Select(AttributeValue.Of)])])],
            "STR_STARTS_WITH" => [new TextTest(TextPart.StartsWith, values, ignoresCase)],
            "STR_ENDS_WITH" => [new TextTest(TextPart.EndsWith, values, ignoresCase)],
            "STR_CONTAINS" => [new TextTest(TextPart.Contains, values, ignoresCase)],
            "REGEX" => [new PatternTest(value, ignoresCase)],
            "NUM_EQ" => Number(Order.AtMost, value) is { } most && Number(Order.AtLeast, value) is { } least ? [most, least] : null,
            "NUM_GT" => Number(Order.Above, value) is { } test ? [test] : null,
            "NUM_GTE" => Number(Order.AtLeast, value) is { } test ? [test] : null,
            "NUM_LT" => Number(Order.Below, value) is { } test ? [test] : null,
            "NUM_LTE" => Number(Order.AtMost, value) is { } test ? [test] : null,
            "DATE_AFTER" => MomentTest.Read(value) is { } moment ? [new MomentTest(Order.Above, moment)] : null,
            "DATE_BEFORE" => MomentTest.Read(value) is { } moment ? [new MomentTest(Order.Below, moment)] : null,
            "SEMVER_EQ" => Version(Order.Equal, value),
            "SEMVER_GT" => Version(Order.Above, value),
            "SEMVER_GTE" => Version(Order.AtLeast, value),
            "SEMVER_LT" => Version(Order.Below, value),
            "SEMVER_LTE" => Version(Order.AtMost, value),
            "IN_CIDR" => [new NetworkTest(values)],
            _ => null,
        };
        if (tests is not { } some) return Condition.Never;
        var condition = new AttributeIs(new(name), some);
        return json.IsTrue("inverted") ? new NoneOf(condition) : condition;
    }

    private static OrderTest? Number(Order order, string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new(order, AttributeValue.Of(number)) : null;

    private static ImmutableArray<ValueTest>? Version(Order order, string value) => SemanticVersion.Read(value) is null ? null : [new VersionTest(order, value)];
}
