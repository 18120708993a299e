using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Platform.Domain.Tests.Analytics;

/// <summary>A MaxMind DB made byte by byte.</summary>
internal sealed record MaxMindFile(int RecordSize = 24, int IpVersion = 4)
{
    private readonly List<uint[]> _nodes = [[0, 0]];
    private readonly List<(int Node, int Side, int Offset)> _leaves = [];

    /// <summary>The data section.</summary>
    public byte[] Data { get; init; } = [];

    public ushort Major { get; init; } = 2;

    /// <summary>Leads a network to an offset in the data, e.g. -1 to what no record may mean.</summary>
    public MaxMindFile With(string network, int offset)
    {
        var parts = network.Split('/');
        var bits = IPAddress.Parse(parts[0]).GetAddressBytes();
        var node = 0;
        for (var i = 0; i < int.Parse(parts[1]) - 1; i++)
            node = Child(node, Bit(bits, i));
        _leaves.Add((node, Bit(bits, int.Parse(parts[1]) - 1), offset));
        return this;
    }

    public byte[] Bytes() =>
    [
        .. Tree(), .. new byte[16], .. Data, 0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8,
        .. Map(
            ("node_count", UInt32((uint)_nodes.Count)), ("record_size", UInt16((ushort)RecordSize)), ("ip_version", UInt16((ushort)IpVersion)),
            ("database_type", Text("Test")), ("binary_format_major_version", UInt16(Major)), ("binary_format_minor_version", UInt16(0)),
            ("build_epoch", [0x02, 0x02, 0x01, 0x00]), ("languages", Array(Text("en"))), ("description", Map(("en", Text("A test"))))),
    ];

    public static byte[] Text(string text) => [.. text.Length < 29 ? new[] { (byte)(0x40 | text.Length) } : [0x5D, (byte)(text.Length - 29)], .. Encoding.UTF8.GetBytes(text)];

    public static byte[] UInt16(ushort value) => [0xA2, (byte)(value >> 8), (byte)value];

    public static byte[] UInt32(uint value) => [0xC4, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Map(params (string Key, byte[] Value)[] pairs) => [(byte)(0xE0 | pairs.Length), .. pairs.SelectMany(pair => (byte[])[.. Text(pair.Key), .. pair.Value])];

    public static byte[] Array(params byte[][] values) => [(byte)values.Length, 0x04, .. values.SelectMany(value => value)];

    /// <summary>A pointer of the longest form.</summary>
    public static byte[] Pointer(uint target) => [0x38, (byte)(target >> 24), (byte)(target >> 16), (byte)(target >> 8), (byte)target];

    private int Child(int node, int side)
    {
        if (_nodes[node][side] == 0)
        {
            _nodes[node][side] = (uint)_nodes.Count;
            _nodes.Add([0, 0]);
        }
        return (int)_nodes[node][side];
    }

    private IEnumerable<byte> Tree()
    {
        var count = (uint)_nodes.Count;
        var records = _nodes.Select(node => node.Select(record => record == 0 ? count : record).ToArray()).ToArray();
        foreach (var (node, side, offset) in _leaves)
            records[node][side] = (uint)(count + 16 + offset);
        return records.SelectMany(Node);
    }

    private byte[] Node(uint[] node)
    {
        var bytes = new byte[8];
        switch (RecordSize)
        {
            case 24:
                BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)node[0] << 40) | ((ulong)node[1] << 16));
                break;
            case 28:
                BinaryPrimitives.WriteUInt64BigEndian(
                    bytes, ((ulong)(node[0] & 0xFFFFFF) << 40) | ((ulong)(node[0] >> 24) << 36) | ((ulong)(node[1] >> 24) << 32) | ((ulong)(node[1] & 0xFFFFFF) << 8));
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)node[0] << 32) | node[1]);
                break;
        }
        return bytes[..(RecordSize / 4)];
    }

    private static int Bit(byte[] bits, int index) => (bits[index >> 3] >> (7 - (index & 7))) & 1;
}
