using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>Collects what is wrong with a command, so that the client learns all of it at once: of at most 100 fields, those found first.</summary>
public sealed class FieldErrors
{
    private const int MaxFields = 100;

    private readonly ImmutableSortedDictionary<string, ImmutableArray<string>>.Builder errors =
        ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>Everything collected, as a rejection; null when nothing was.</summary>
    public Rejection? Rejection => errors.Count == 0 ? null : Reject.Invalid(errors.ToImmutable());

    /// <param name="field">JSON path of the field as the client wrote it, in camelCase.</param>
    /// <param name="problem">A sentence for people, or null when the field is fine.</param>
    public FieldErrors Add(string field, string? problem)
    {
        return problem is null ? this : Add(field, [problem]);
    }

    public FieldErrors Add(FieldErrors others)
    {
        foreach (var (field, problems) in others.errors) Add(field, problems);
        return this;
    }

    /// <summary>What a decision on a part of the command found, a level further down.</summary>
    /// <param name="path">JSON path of that part; empty: of the whole.</param>
    /// <param name="rejection">Of kind <see cref="RejectionKind.Invalid"/>.</param>
    public FieldErrors Add(string path, Rejection rejection)
    {
        foreach (var (field, problems) in rejection.Errors) Add(path.Length == 0 ? field : $"{path}.{field}", problems);
        return this;
    }

    /// <summary>What a decision on the whole found; null: nothing.</summary>
    /// <param name="rejection">Of kind <see cref="RejectionKind.Invalid"/>.</param>
    public FieldErrors Add(Rejection? rejection) => rejection is null ? this : Add("", rejection);

    /// <summary>The same, a level further down.</summary>
    /// <param name="path">JSON path of what the fields are in.</param>
    internal FieldErrors Under(string path)
    {
        var below = new FieldErrors();
        foreach (var (field, problems) in errors) below.Add($"{path}.{field}", problems);
        return below;
    }

    private FieldErrors Add(string field, ImmutableArray<string> problems)
    {
        if (errors.Count < MaxFields || errors.ContainsKey(field)) errors[field] = errors.GetValueOrDefault(field, []).AddRange(problems);
        return this;
    }
}
