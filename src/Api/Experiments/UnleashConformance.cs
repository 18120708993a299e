using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Api.Experiments;

/// <summary>Cases that each of Unleash's SDKs must pass (Unleash/client-specification).</summary>
public static class UnleashConformance
{
    public static ConformanceResult Run(JsonElement file)
    {
        var flags = UnleashFlags.Read(file.GetProperty("state"));
        return ConformanceResult.Of(Cases(file, "tests").Concat(Cases(file, "variantTests")));

        IEnumerable<ConformanceCase> Cases(JsonElement from, string group) => !from.TryGetProperty(group, out var tests) ? [] : tests.EnumerateArray().Select(test =>
            new ConformanceCase(group, test.GetProperty("description").GetString()!, test.GetProperty("expectedResult").GetRawText(), () =>
            {
                var context = test.GetProperty("context");
                var value = FlagEvaluator.Evaluate(test.GetProperty("toggleName").GetString()!, new(new(UnleashFlags.Attributes(context, "nobody")), flags)).Value;
                var actual = group == "tests" ? AttributeValue.Of(!value.IsNull && value["feature_enabled"] == AttributeValue.Of(true)) : value;
                return (AttributeValue.Of(test.GetProperty("expectedResult")) == actual, JsonSerializer.Serialize(actual));
            }));
    }
}
