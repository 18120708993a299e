using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>How many items a list has passes tests; what is no list doesn't pass.</summary>
public sealed record SizeTest(ImmutableArray<ValueTest> Tests) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => actual.Kind == JsonValueKind.Array && AllPass(Tests, AttributeValue.Of(actual.Items.Length), context);

    public bool Equals(SizeTest? other) => other is not null && Tests.SequenceEqual(other.Tests);

    public override int GetHashCode() => Tests.Length;
}

/// <summary>One item of a list passes tests.</summary>
public sealed record ElementTest(ImmutableArray<ValueTest> Tests) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        foreach (var item in actual.Items)
            if (AllPass(Tests, item, context)) return true;
        return false;
    }

    public bool Equals(ElementTest? other) => other is not null && Tests.SequenceEqual(other.Tests);

    public override int GetHashCode() => Tests.Length;
}

/// <summary>Of one item of a list a condition holds, asked as if the item's members were the attributes.</summary>
public sealed record ElementMatchTest(Condition Condition) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        foreach (var item in actual.Items)
            if (Condition.Holds(context with { Attributes = item })) return true;
        return false;
    }
}

/// <summary>Each of these groups of tests is passed by some item of a list; what is no list doesn't pass.</summary>
public sealed record IncludesAllTest(ImmutableArray<ImmutableArray<ValueTest>> Elements) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        if (actual.Kind != JsonValueKind.Array) return false;
        foreach (var tests in Elements)
        {
            var found = false;
            foreach (var item in actual.Items) found |= AllPass(tests, item, context);
            if (!found) return false;
        }
        return true;
    }

    public bool Equals(IncludesAllTest? other) => other is not null && Elements.Length == other.Elements.Length && Elements.Zip(other.Elements).All(pair => pair.First.SequenceEqual(pair.Second));

    public override int GetHashCode() => Elements.Length;
}
