using System.Collections.Immutable;

namespace Platform.Domain;

public enum RejectionKind
{
    /// <summary>The command's target doesn't exist.</summary>
    NotFound,

    /// <summary>The command is well formed, but what is there already stands against it.</summary>
    Conflict,

    /// <summary>The command was made from a version that the target is past, in a way that stands against it.</summary>
    Stale,

    /// <summary>The command itself is wrong; the errors say where.</summary>
    Invalid,

    /// <summary>Whoever sends it may not: it would give more than they have.</summary>
    Forbidden,
}

/// <summary>Why a command is refused.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Errors">
/// For <see cref="RejectionKind.Invalid"/> and, where single fields stand against it, <see cref="RejectionKind.Stale"/>: messages by JSON path
/// as the client wrote it, such as <c>slug</c>, <c>fields.title</c> or <c>fields[2].type</c>. For a conflict over several things at once: which of
/// them, and why. Else empty.
/// </param>
public sealed record Rejection(RejectionKind Kind, string Detail, ImmutableSortedDictionary<string, ImmutableArray<string>> Errors)
{
    /// <summary>For a conflict over fields that two sides changed: what each made of them. Else empty.</summary>
    public ImmutableArray<FieldSides> Sides { get; init; } = [];

    /// <summary>Everything on one line, for where a rejection is only part of another answer.</summary>
    public string Summary => string.Join(' ', Errors.Select(error => $"{error.Key}: {string.Join(' ', error.Value)}").DefaultIfEmpty(Detail));
}
