namespace Platform.Ledger;

/// <summary>
/// Hash suite <c>l1</c>: SHA-256 over length-prefixed fields. Text is UTF-8, numbers are decimal text, UUIDs 36 lower-case characters,
/// times <c>YYYY-MM-DDTHH:MM:SS.ffffffZ</c>. One instance holds one buffer and serves one thread.
/// <code>
/// F(x)     = 4-byte big-endian length of x in bytes, then x          N(x) = byte 00 for null, else byte 01 and F(x)
/// payload  = SHA-256( F(data::text) || N(bdata) )
/// metadata = SHA-256( N(correlation_id) || N(causation_id) || N(headers::text) )
/// genesis  = SHA-256( "platform/genesis/l1" || 00 || F(tenant_id) || F(stream_id) )
/// hash     = SHA-256( "platform/event/l1" || 00 || F(origin) || F(tenant_id) || F(stream_id) || F(version) || F(event id)
///                     || F(type) || F(timestamp) || payload || metadata || prev )
/// leaf     = SHA-256( 00 || hash )                                   node = SHA-256( 01 || left || right )
/// </code>
/// Leaf and node are those of RFC 6962, section 2.1. Text with a lone surrogate throws <see cref="ArgumentException"/>.
/// </summary>
public sealed class L1
{
    private readonly FieldWriter _input = new();

    /// <summary>Digest of an event's body: <paramref name="data"/> as PostgreSQL prints its jsonb, and the binary body if it has one.</summary>
    public Hash Payload(string data, byte[]? bdata) => _input.Start().Field(data).Nullable(bdata).Digest();

    /// <summary>The same over <c>data::text</c> already in UTF-8.</summary>
    public Hash Payload(ReadOnlySpan<byte> data, byte[]? bdata) => _input.Start().Field(data).Nullable(bdata).Digest();

    /// <summary>Digest of an event's metadata; <paramref name="headers"/> as PostgreSQL prints its jsonb.</summary>
    public Hash Metadata(string? correlation, string? causation, string? headers) =>
        _input.Start().Nullable(correlation).Nullable(causation).Nullable(headers).Digest();

    /// <summary>The same with <c>headers::text</c> already in UTF-8.</summary>
    public Hash MetadataUtf8(string? correlation, string? causation, byte[]? headers) =>
        _input.Start().Nullable(correlation).Nullable(causation).Nullable(headers).Digest();

    /// <summary>What stands before a stream's first event.</summary>
    public Hash Genesis(string tenant, Guid stream) =>
        _input.Start().Raw("platform/genesis/l1\0"u8).Field(tenant).Field(stream).Digest();

    /// <summary>
    /// The event's hash: its place in the chain. <paramref name="origin"/> is the log's name with its epoch, such as
    /// <c>platform.example/eu-1/1</c>; <paramref name="prev"/> is the predecessor's hash in the stream, or <see cref="Genesis"/>.
    /// </summary>
    public Hash Event(string origin, string tenant, Guid stream, in EventFields e, in Hash prev) =>
        _input.Start().Raw("platform/event/l1\0"u8)
            .Field(origin).Field(tenant).Field(stream).Field(e.Version).Field(e.Id).Field(e.Type).Field(e.Timestamp)
            .Raw(e.Payload).Raw(e.Metadata).Raw(prev)
            .Digest();

    /// <summary>A time as it's hashed: UTC, <c>YYYY-MM-DDTHH:MM:SS.ffffffZ</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The Merkle leaf of an event's hash.</summary>
    public static Hash Leaf(in Hash entry)
    {
        Span<byte> input = stackalloc byte[1 + Hash.Size];
        input[0] = 0;
        entry.Bytes.CopyTo(input[1..]);
        return Hash.Of(input);
    }

    /// <summary>The Merkle node above two subtrees.</summary>
    public static Hash Node(in Hash left, in Hash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Hash.Size)];
        input[0] = 1;
        left.Bytes.CopyTo(input[1..]);
        right.Bytes.CopyTo(input[(1 + Hash.Size)..]);
        return Hash.Of(input);
    }
}
