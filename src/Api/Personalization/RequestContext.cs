using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.Processors.Personalization;

namespace Platform.Api.Personalization;

/// <summary>Whom and what conditions are asked of, made of a request and of what is known of its visitor.</summary>
internal static class RequestContext
{
    private const string Page = "page";

    /// <param name="visitor">Null: nothing is known of them.</param>
    /// <param name="path">The site that asks and those above it; empty: no site does.</param>
    /// <param name="attributes">Of the request.</param>
    /// <param name="page">Path; null: of none.</param>
    /// <param name="cookie">What stands in for a profile where there is none.</param>
    public static ConditionContext Of(KnownVisitor? visitor, ImmutableArray<Guid> path, Dictionary<string, AttributeValue> attributes, string? page = null, AttributeValue? cookie = null)
    {
        if (page is not null) attributes[Page] = AttributeValue.Of(page);
        if ((visitor?.Attributes ?? cookie) is { } profile) attributes[ConditionContext.Profile] = profile;
        return new(AttributeValue.Of(attributes)) { Segments = visitor?.SegmentsOn(path) ?? ImmutableHashSet<Guid>.Empty, Times = visitor is null ? null : visitor.Times };
    }

    public static Dictionary<string, AttributeValue> MembersOf(Fields fields) => fields.Values.ToDictionary(member => member.Key, member => AttributeValue.Of(member.Value), StringComparer.Ordinal);
}
