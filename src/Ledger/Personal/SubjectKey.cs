namespace Platform.Ledger;

/// <summary>The key under which a data subject's texts are sealed. Whoever destroys it erases all of them.</summary>
/// <param name="Id">The key's id, random.</param>
/// <param name="TenantId">The subject's tenant.</param>
/// <param name="SubjectId">Whose it is.</param>
/// <param name="Bytes">256 bits.</param>
public sealed record SubjectKey(Guid Id, string TenantId, Guid SubjectId, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>
    /// What a sealed text commits to, because AES-GCM lets one ciphertext open under two keys: <c>SHA-256( "platform/key-commitment/1" || 00 || F(salt) || F(key id) || F(key) )</c>,
    /// F as in <see cref="L1"/>.
    /// </summary>
    public Hash Commitment(ReadOnlySpan<byte> salt) =>
        new FieldWriter().Start().Raw("platform/key-commitment/1\0"u8).Field(salt).Field(Id).Field(Bytes.Span).Digest();

    /// <summary>Never the key.</summary>
    public override string ToString() => $"key {Id} of {SubjectId}";
}
