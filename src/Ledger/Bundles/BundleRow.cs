namespace Platform.Ledger;

/// <summary>What is left of an event's line once it is checked by itself.</summary>
internal readonly record struct BundleRow
{
    public required long Index { get; init; }

    public required BundleTenant Tenant { get; init; }

    public required Guid Stream { get; init; }

    public required long Version { get; init; }

    public required Guid Id { get; init; }

    public required BundleVerdict Verdict { get; init; }

    /// <summary>The hash that the log has, as far as the line tells it; otherwise the line's.</summary>
    public required Hash Hash { get; init; }

    public required Hash Prev { get; init; }

    /// <summary>Whether the log has <see cref="Hash"/> at its index.</summary>
    public required bool IsAnchored { get; init; }

    public required bool IsTombstone { get; init; }

    /// <summary>Why it's signed by its writer, or announces a key; null for all other events.</summary>
    public BundleWeight? Weight { get; init; }

    /// <summary>What is needed to find where it belongs; of suspects only.</summary>
    public BundleSuspect? Suspect { get; init; }

    public bool IsSound => Verdict is BundleVerdict.Sound or BundleVerdict.Relabelled;

    public Finding Find(string code, string detail) => new(code, Tenant.Name, Stream, Version, Index, detail);
}

/// <summary>Of an event that its writer signs.</summary>
/// <param name="Type">The alias.</param>
/// <param name="Data">Its body, if it announces a key.</param>
/// <param name="Signature">The writer's, in base64.</param>
/// <param name="SignedBy">The key that made it, if it is one of those known when the line was read.</param>
internal sealed record BundleWeight(string Type, string? Data, string? Signature, VerifierKey? SignedBy);

/// <summary>An event whose line doesn't give the log's hash though body and metadata are those that were hashed.</summary>
/// <param name="Fields">As the line has them.</param>
/// <param name="Origin">Of the line's epoch.</param>
/// <param name="Leaf">What the log has at its index.</param>
internal sealed record BundleSuspect(EventFields Fields, string Origin, Hash Leaf);
