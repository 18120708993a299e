using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>What must be true of one value.</summary>
public abstract record ValueTest
{
    public abstract bool Passes(AttributeValue actual, ConditionContext context);

    internal static bool AllPass(ImmutableArray<ValueTest> tests, AttributeValue actual, ConditionContext context)
    {
        foreach (var test in tests)
            if (!test.Passes(actual, context)) return false;
        return true;
    }
}

/// <summary>Passes by not passing all of these.</summary>
public sealed record NotTest(ImmutableArray<ValueTest> Tests) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => !AllPass(Tests, actual, context);

    public bool Equals(NotTest? other) => other is not null && Tests.SequenceEqual(other.Tests);

    public override int GetHashCode() => Tests.Length;
}

/// <summary>It's this value, alike in kind and content; loosely, as the GrowthBook SDKs have it: a text and a number that read alike are.</summary>
public sealed record EqualTest(AttributeValue Value, bool IsLoose = false) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => !IsLoose ? Value.Equals(actual) : Value.Kind switch
    {
        JsonValueKind.String => actual.ToString() == Value.Text,
        JsonValueKind.Number => actual.ToNumber().Equals(Value.Number),
        JsonValueKind.True or JsonValueKind.False => !actual.IsNull && IsTruthy(actual) == (Value.Number != 0),
        _ => Value.Equals(actual),
    };

    // ECMA-262, section 7.1.2.
    private static bool IsTruthy(AttributeValue value) => value.Kind switch
    {
        JsonValueKind.String => value.Text!.Length > 0,
        JsonValueKind.Array or JsonValueKind.Object => true,
        _ => value.Number != 0,
    };
}

/// <summary>It, or of a list one of its items, is one of these values.</summary>
public sealed record OneOfTest(ImmutableArray<AttributeValue> Values, bool IgnoresCase = false) : ValueTest
{
    // Most lists are short; a set is worth its memory from a handful on.
    private readonly HashSet<AttributeValue>? _set = Values.Length > 8 ? [.. Values.Select(value => Folded(value, IgnoresCase))] : null;

    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        if (actual.Kind != JsonValueKind.Array) return Has(actual);
        foreach (var item in actual.Items)
            if (Has(item)) return true;
        return false;
    }

    public bool Equals(OneOfTest? other) => other is not null && IgnoresCase == other.IgnoresCase && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Values.Length, IgnoresCase);

    private bool Has(AttributeValue actual)
    {
        if (_set is { } set) return set.Contains(Folded(actual, IgnoresCase));
        foreach (var value in Values)
            if (value.Equals(actual) || (IgnoresCase && value.Text is { } text && string.Equals(text, actual.Text, StringComparison.OrdinalIgnoreCase))) return true;
        return false;
    }

    private static AttributeValue Folded(AttributeValue value, bool ignoresCase) => ignoresCase && value.Text is { } text ? AttributeValue.Of(text.ToUpperInvariant()) : value;
}

/// <summary>It's in a list that has a name.</summary>
public sealed record GroupTest(string Group) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => context.Groups.TryGetValue(Group, out var values) && values.Contains(actual);
}

/// <summary>There is a value, or there is none.</summary>
public sealed record PresenceTest(bool IsPresent) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => actual.IsNull != IsPresent;
}

/// <summary>It's of a kind: string, number, boolean, array, object or null.</summary>
public sealed record KindTest(string Kind) : ValueTest
{
    public static ImmutableArray<string> Kinds { get; } = ["string", "number", "boolean", "array", "object", "null"];

    public override bool Passes(AttributeValue actual, ConditionContext context) => Kind == actual.Kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
