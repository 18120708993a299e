using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>Collects what is wrong with a command, so that the client learns all of it at once.</summary>
public sealed class FieldErrors
{
    private readonly ImmutableSortedDictionary<string, ImmutableArray<string>>.Builder errors =
        ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>Everything collected, as a rejection; null when nothing was.</summary>
    public Rejection? Rejection => errors.Count == 0 ? null : Reject.Invalid(errors.ToImmutable());

    /// <param name="field">JSON path of the field as the client wrote it, in camelCase.</param>
    /// <param name="problem">A sentence for people, or null when the field is fine.</param>
    public FieldErrors Add(string field, string? problem)
    {
        if (problem is not null) errors[field] = errors.GetValueOrDefault(field, []).Add(problem);
        return this;
    }

    public FieldErrors Add(FieldErrors others)
    {
        foreach (var (field, problems) in others.errors)
            errors[field] = errors.GetValueOrDefault(field, []).AddRange(problems);
        return this;
    }
}
