namespace Platform.Ledger;

/// <summary>A key of the platform and its time. Compared by value.</summary>
/// <param name="Role">What it speaks for.</param>
/// <param name="Key">The key; its name is the log's origin, or the log's name and <c>/writer</c>.</param>
/// <param name="FromSize">The smallest tree for which it speaks.</param>
/// <param name="ToSize">The largest tree for which it speaks; null while it is in use.</param>
public sealed record TrustedKey(KeyRole Role, VerifierKey Key, long FromSize, long? ToSize)
{
    /// <summary>Whether it speaks for a tree of this size; an event at index i belongs to size i + 1.</summary>
    public bool SpeaksAt(long size) => FromSize <= size && size <= (ToSize ?? long.MaxValue);
}

/// <summary>A witness that a reader trusts.</summary>
/// <param name="Name">What the quorum calls it.</param>
/// <param name="Key">Its key.</param>
public sealed record TrustedWitness(string Name, VerifierKey Key);
