using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>What must hold of a visitor and a request.</summary>
[JsonConverter(typeof(ConditionConverter))]
public abstract record Condition
{
    /// <summary>Holds of everybody.</summary>
    public static Condition Always { get; } = new AllOf([]);

    /// <summary>Holds of nobody.</summary>
    public static Condition Never { get; } = new NoneOf(Always);

    public abstract bool Holds(ConditionContext context);

    /// <summary>The same answer, with what led to it.</summary>
    public abstract ConditionTrace Explain(ConditionContext context);

    /// <summary>This one, and those within.</summary>
    public virtual IEnumerable<Condition> Parts => [this];

    /// <summary>First names of the attributes that it looks at; segments and behaviour are told by the visitor's profile.</summary>
    public IEnumerable<string> DependsOn() => Parts
        .Select(part => part switch { AttributeIs of => of.Attribute.Text.Split('.')[0], InSegment or Behaved => ConditionContext.Profile, _ => null }).OfType<string>();
}

/// <summary>Each one holds; of none of them, too.</summary>
public sealed record AllOf(ImmutableArray<Condition> Conditions) : Condition
{
    public override IEnumerable<Condition> Parts => Conditions.SelectMany(condition => condition.Parts).Prepend(this);

    public override bool Holds(ConditionContext context)
    {
        foreach (var condition in Conditions)
            if (!condition.Holds(context)) return false;
        return true;
    }

    public override ConditionTrace Explain(ConditionContext context)
    {
        var parts = Conditions.Select(condition => condition.Explain(context)).ToImmutableArray();
        return ConditionTrace.Of("all", parts.All(part => part.Holds), parts);
    }

    public bool Equals(AllOf? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    public override int GetHashCode() => Conditions.Length;
}

/// <summary>At least one holds; of none of them, none does.</summary>
public sealed record AnyOf(ImmutableArray<Condition> Conditions) : Condition
{
    public override IEnumerable<Condition> Parts => Conditions.SelectMany(condition => condition.Parts).Prepend(this);

    public override bool Holds(ConditionContext context)
    {
        foreach (var condition in Conditions)
            if (condition.Holds(context)) return true;
        return false;
    }

    public override ConditionTrace Explain(ConditionContext context)
    {
        var parts = Conditions.Select(condition => condition.Explain(context)).ToImmutableArray();
        return ConditionTrace.Of("any", parts.Any(part => part.Holds), parts);
    }

    public bool Equals(AnyOf? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    public override int GetHashCode() => Conditions.Length;
}

/// <summary>It doesn't hold.</summary>
public sealed record NoneOf(Condition Condition) : Condition
{
    public override IEnumerable<Condition> Parts => Condition.Parts.Prepend(this);

    public override bool Holds(ConditionContext context) => !Condition.Holds(context);

    public override ConditionTrace Explain(ConditionContext context)
    {
        var part = Condition.Explain(context);
        return ConditionTrace.Of("not", !part.Holds, [part]);
    }
}

/// <summary>An attribute passes tests, each of them.</summary>
public sealed record AttributeIs(AttributePath Attribute, ImmutableArray<ValueTest> Tests) : Condition
{
    public override bool Holds(ConditionContext context) => ValueTest.AllPass(Tests, Attribute.Of(context.Attributes), context);

    public override ConditionTrace Explain(ConditionContext context) =>
        new("attribute", Holds(context), Attribute.Text, Attribute.Of(context.Attributes), []);

    public bool Equals(AttributeIs? other) => other is not null && Attribute == other.Attribute && Tests.SequenceEqual(other.Tests);

    public override int GetHashCode() => Tests.Aggregate(Attribute.GetHashCode(), HashCode.Combine);
}

/// <summary>The visitor is in a segment.</summary>
public sealed record InSegment(Guid SegmentId) : Condition
{
    public override bool Holds(ConditionContext context) => context.Segments.Contains(SegmentId);

    public override ConditionTrace Explain(ConditionContext context) => new("segment", Holds(context), $"{SegmentId}", AttributeValue.Of(Holds(context)), []);
}

/// <summary>The visitor did something so many times.</summary>
public sealed record Behaved(BehaviourCondition Behaviour) : Condition
{
    public override bool Holds(ConditionContext context) => context.Times?.Invoke(Behaviour) is { } times && Behaviour.Admits(times);

    public override ConditionTrace Explain(ConditionContext context) =>
        new("behaviour", Holds(context), Behaviour.Event, context.Times?.Invoke(Behaviour) is { } times ? AttributeValue.Of(times) : AttributeValue.Null, []);
}
