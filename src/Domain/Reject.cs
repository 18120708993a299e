using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>Builds rejections; a decision returns them like any other result.</summary>
public static class Reject
{
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> NoErrors =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    public static Rejection NotFound(string detail) => new(RejectionKind.NotFound, detail, NoErrors);

    public static Rejection Conflict(string detail) => new(RejectionKind.Conflict, detail, NoErrors);

    /// <param name="detail">A sentence for people.</param>
    public static Rejection Forbidden(string detail) => new(RejectionKind.Forbidden, detail, NoErrors);

    /// <param name="field">JSON path of the field that stands against it.</param>
    /// <param name="detail">A sentence for people.</param>
    internal static Rejection Conflict(string field, string detail) => Conflict(detail, NoErrors.Add(field, [detail]));

    /// <param name="detail">A sentence for people.</param>
    /// <param name="errors">What stands against it, by JSON path or by what it's about.</param>
    internal static Rejection Conflict(string detail, ImmutableSortedDictionary<string, ImmutableArray<string>> errors) =>
        new(RejectionKind.Conflict, detail, errors);

    /// <param name="detail">A sentence for people.</param>
    public static Rejection Stale(string detail) => new(RejectionKind.Stale, detail, NoErrors);

    /// <param name="detail">A sentence for people.</param>
    /// <param name="fields">JSON paths of the fields that stand against it.</param>
    /// <param name="message">What is with each of them.</param>
    public static Rejection Stale(string detail, IEnumerable<string> fields, string message) =>
        new(RejectionKind.Stale, detail, NoErrors.AddRange(fields.Select(field => KeyValuePair.Create(field, ImmutableArray.Create(message)))));

    /// <param name="field">JSON path of the field as the client wrote it, in camelCase.</param>
    /// <param name="message">A sentence for people.</param>
    public static Rejection Invalid(string field, string message) =>
        new(RejectionKind.Invalid, message, NoErrors.Add(field, [message]));

    internal static Rejection Invalid(ImmutableSortedDictionary<string, ImmutableArray<string>> errors) => errors.Count == 1
        ? new(RejectionKind.Invalid, string.Join(' ', errors.Values.Single()), errors)
        : new(RejectionKind.Invalid, $"{errors.Count} fields aren't valid.", errors);
}
