using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>What a condition said, and by what.</summary>
/// <param name="Kind">all, any, not, attribute, segment or behaviour.</param>
/// <param name="Holds">It does.</param>
/// <param name="Subject">Attribute, segment or event; null of those that have parts.</param>
/// <param name="Actual">What the visitor has; of a behaviour how many times.</param>
/// <param name="Parts">Of all, any and not.</param>
public sealed record ConditionTrace(string Kind, bool Holds, string? Subject, AttributeValue Actual, ImmutableArray<ConditionTrace> Parts)
{
    internal static ConditionTrace Of(string kind, bool holds, ImmutableArray<ConditionTrace> parts) => new(kind, holds, null, AttributeValue.Null, parts);
}
