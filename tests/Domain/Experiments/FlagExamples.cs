using Platform.Domain.Analytics;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Experiments;

/// <summary>A flag with every member filled.</summary>
internal static class FlagExamples
{
    private static readonly DateTimeOffset _noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static FlagContent Content { get; } = new(
        "text", AttributeValue.Of("old"),
        [
            new(
                "staff", new AllOf([
                    new AttributeIs(new("email"), [new TextTest(TextPart.EndsWith, ["@example.org"], true)]), new AnyOf([new InSegment(new("0198c0de-0000-7000-8000-000000000001")), new Behaved(new BehaviourCondition("page_view", AtLeast: 3, Days: 7))]),
                    new NoneOf(new AttributeIs(new("version"), [new VersionTest(Order.Below, "2.0.0")]))]),
                AttributeValue.Of("new"), Percent: 12.5, Needs: [new("payments", AttributeValue.Of(true))], From: _noon, Until: _noon.AddDays(7)),
            new("shared", Condition.Always, Variants: [new("a", AttributeValue.Of("old"), 0.25), new("b", AttributeValue.Of("new"), 0.75)]),
        ],
        "Which checkout is shown.");
}
