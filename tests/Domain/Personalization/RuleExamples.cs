using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

internal static class RuleExamples
{
    private static readonly Guid _item = new("0198c5a0-0000-7000-8000-0000000000f1"), _variant = new("0198c5a0-0000-7000-8000-0000000000f2");

    /// <summary>With something of all that rules can have.</summary>
    public static RuleContent Content { get; } = new(
        3, new AllOf([new InSegment(_item), new NoneOf(new Behaved(new BehaviourCondition("like", AtLeast: 2, Days: 7))), new AttributeIs(new("country"), [new EqualTest(AttributeValue.Of("AT"))])]),
        [new("variant", ItemId: _variant, Of: _item), new("slot", "hero", _variant), new("recommend", "more", Count: 3, Model: "trending"), new("redirect", To: "/here"), new("attribute", "tone", Value: AttributeValue.Of([AttributeValue.Of("warm"), AttributeValue.Of(2)]))],
        ["/there/*", "/"], new(2030, 6, 1, 0, 0, 0, TimeSpan.Zero), new(2030, 7, 1, 0, 0, 0, TimeSpan.Zero), IsLocked: true, IsLast: true, Description: "Größe 🌍");
}
