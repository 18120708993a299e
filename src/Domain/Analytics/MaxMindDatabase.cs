using System.Buffers.Binary;
using System.Net;

namespace Platform.Domain.Analytics;

/// <summary>
/// A file in the MaxMind DB format, version 2.0 (MaxMind, "MaxMind DB File Format Specification"): networks of addresses, and a value for each.
/// Safe for use by many threads; looking up allocates nothing.
/// </summary>
public sealed class MaxMindDatabase
{
    private const int SeparatorBytes = 16;
    private const int MaxMetadataBytes = 128 * 1024;
    private const int Ipv4Depth = 96;

    private readonly ReadOnlyMemory<byte> _tree;
    private readonly MaxMindSection _data;
    private readonly (uint Record, int Depth) _ipv4;

    private MaxMindDatabase(ReadOnlyMemory<byte> tree, MaxMindSection data, MaxMindMetadata metadata)
    {
        (_tree, _data, Metadata) = (tree, data, metadata);
        _ipv4 = metadata.IpVersion == 4 ? (0, Ipv4Depth) : Walk(stackalloc byte[Ipv4Depth / 8], 0, 0);
    }

    private static ReadOnlySpan<byte> Marker => [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    public MaxMindMetadata Metadata { get; }

    /// <summary>Reads the metadata and the size of the tree; values are looked at when they are found.</summary>
    /// <param name="file">The whole file, which must not change.</param>
    /// <exception cref="MaxMindException">It isn't such a file.</exception>
    public static MaxMindDatabase Open(ReadOnlyMemory<byte> file)
    {
        var from = Math.Max(0, file.Length - MaxMetadataBytes);
        var marker = file.Span[from..].LastIndexOf(Marker);
        if (marker < 0)
            throw new MaxMindException(MaxMindFault.NoMetadata, "The file isn't a MaxMind DB: it has no metadata.");
        var body = file[..(from + marker)];
        var metadata = MaxMindMetadata.Of(new MaxMindSection(file[(body.Length + Marker.Length)..]).Decode(0));
        var tree = (long)metadata.NodeCount * metadata.NodeBytes;
        if (tree > body.Length - SeparatorBytes || body.Span.Slice((int)tree, SeparatorBytes).ContainsAnyExcept((byte)0))
            throw new MaxMindException(MaxMindFault.InvalidSearchTree, $"A tree of {tree} bytes isn't followed by {SeparatorBytes} zeros.");
        return new MaxMindDatabase(body[..(int)tree], new MaxMindSection(body[((int)tree + SeparatorBytes)..]), metadata);
    }

    /// <summary>The value of the network that has the address.</summary>
    /// <param name="address">As it is: an IPv4 address mapped to IPv6 is looked up as IPv6. IPv6 addresses are in no IPv4 file.</param>
    /// <param name="value">The value, if there is one.</param>
    /// <param name="prefix">Bits of the address that the network is told by, also where it has no value; 0 for IPv4 in a file that has no IPv4.</param>
    /// <returns>False: the file has nothing about it.</returns>
    /// <exception cref="MaxMindException">The file is damaged on the way to it.</exception>
    public bool TryFind(IPAddress address, out MaxMindValue value, out int prefix)
    {
        (value, prefix) = (default, 0);
        Span<byte> bits = stackalloc byte[16];
        address.TryWriteBytes(bits, out var length);
        if (length > 4 && Metadata.IpVersion == 4)
            return false;
        // In a file of IPv6, the last 32 bits are the IPv4 address.
        var (record, depth) = length > 4 ? Walk(bits, 0, 0) : Walk(bits[..4], _ipv4.Record, _ipv4.Depth);
        prefix = length > 4 ? depth : Math.Max(0, depth - Ipv4Depth);
        if (record == Metadata.NodeCount)
            return false;
        if (record < Metadata.NodeCount)
            throw new MaxMindException(MaxMindFault.InvalidSearchTree, "The search tree goes on where the address ends.");
        var offset = (long)record - Metadata.NodeCount - SeparatorBytes;
        if (offset < 0 || offset >= _data.Length)
            throw new MaxMindException(MaxMindFault.InvalidSearchTree, $"The search tree leads to {offset}, outside of the data.");
        value = new MaxMindValue(_data, (int)offset);
        return true;
    }

    private (uint Record, int Depth) Walk(ReadOnlySpan<byte> bits, uint record, int depth)
    {
        var skipped = bits.Length == 4 ? Ipv4Depth : 0;
        for (var end = skipped + bits.Length * 8; record < Metadata.NodeCount && depth < end; depth++)
        {
            var bit = depth - skipped;
            record = Record((int)record, (bits[bit >> 3] >> (7 - (bit & 7))) & 1);
        }
        return (record, depth);
    }

    private uint Record(int node, int side)
    {
        var at = _tree.Span.Slice(node * Metadata.NodeBytes, Metadata.NodeBytes);
        return Metadata.RecordSize switch
        {
            24 => UInt24(at[(3 * side)..]),
            28 when side == 0 => ((uint)at[3] >> 4 << 24) | UInt24(at),
            28 => ((at[3] & 0x0Fu) << 24) | UInt24(at[4..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(at[(4 * side)..]),
        };
    }

    private static uint UInt24(ReadOnlySpan<byte> bytes) => ((uint)bytes[0] << 16) | ((uint)bytes[1] << 8) | bytes[2];
}
