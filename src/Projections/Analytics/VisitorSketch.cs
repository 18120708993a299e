using System.Buffers.Binary;
using System.Numerics;

namespace Platform.Projections.Analytics;

/// <summary>
/// How many different visitors there are: exactly up to <see cref="MostExact"/>, beyond that by HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with 4,096 registers of 64-bit hashes and
/// the estimator of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017): its standard error is 1.04 / sqrt(4096) = 1.6 %. Sketches of several days or sites
/// are merged without loss: what was seen twice counts once.
/// </summary>
/// <remarks>As bytes: 1 and up to 512 hashes in ascending order, 8 bytes each, big-endian; or 2 and 4,096 registers, a byte each.</remarks>
public sealed class VisitorSketch
{
    /// <summary>Visitors of a sketch that are counted one by one.</summary>
    public const int MostExact = 512;

    /// <summary>Standard error of an estimate, as a part of it.</summary>
    public const double StandardError = 1.04 / 64;

    private const int Precision = 12, Registers = 1 << Precision, MostRank = 64 - Precision + 1;
    private const byte Exact = 1, Dense = 2;

    // In ascending order, the first _count of them; null: there are registers.
    private ulong[]? _hashes;
    private int _count;
    private byte[]? _registers;
    private readonly int _mostExact;

    /// <param name="mostExact">Visitors that are counted one by one; more than usual where nothing is stored.</param>
    public VisitorSketch(int mostExact = MostExact)
    {
        _mostExact = mostExact;
        _hashes = [];
    }

    /// <summary>What <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="FormatException">It's no sketch.</exception>
    public static VisitorSketch Parse(ReadOnlySpan<byte> bytes)
    {
        var sketch = new VisitorSketch();
        sketch.Add(bytes);
        return sketch;
    }

    /// <summary>The number is an estimate.</summary>
    public bool IsEstimate => _registers is not null;

    /// <summary>About how many bytes it holds.</summary>
    public int Bytes => _registers?.Length ?? _hashes!.Length * sizeof(ulong);

    public void Add(Guid visitorId)
    {
        Span<byte> id = stackalloc byte[16];
        visitorId.TryWriteBytes(id, bigEndian: true, out _);
        Add(Mixed(BinaryPrimitives.ReadUInt64BigEndian(id) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64BigEndian(id[8..]), 32)));
    }

    /// <summary>Adds all whom another sketch has seen.</summary>
    /// <param name="sketch">Bytes of it.</param>
    /// <exception cref="FormatException">It's no sketch.</exception>
    public void Add(ReadOnlySpan<byte> sketch)
    {
        if (sketch is [Exact, .. var hashes] && hashes.Length % sizeof(ulong) == 0)
        {
            if (_hashes is not null && hashes.Length > 8 * sizeof(ulong))
                Merge(hashes);
            else
                for (; hashes.Length > 0; hashes = hashes[sizeof(ulong)..])
                    Add(BinaryPrimitives.ReadUInt64BigEndian(hashes));
        }
        else if (sketch is [Dense, .. { Length: Registers } registers])
        {
            ToRegisters();
            // Written so that it's vectorised.
            for (var r = 0; r < Registers; r++)
                _registers![r] = Math.Max(_registers[r], registers[r]);
        }
        else
            throw new FormatException("These bytes are no sketch of visitors.");
    }

    public byte[] ToBytes()
    {
        if (_registers is not null)
            return [Dense, .. _registers];
        var bytes = new byte[1 + _count * sizeof(ulong)];
        bytes[0] = Exact;
        for (var h = 0; h < _count; h++)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(1 + h * sizeof(ulong)), _hashes![h]);
        return bytes;
    }

    /// <summary>How many visitors.</summary>
    public long Count()
    {
        if (_registers is null)
            return _count;
        Span<int> of = stackalloc int[MostRank + 1];
        of.Clear();
        foreach (var rank in _registers)
            of[rank]++;
        var z = Registers * Tau(1 - (double)of[MostRank] / Registers);
        for (var rank = MostRank - 1; rank >= 1; rank--)
            z = 0.5 * (z + of[rank]);
        z += Registers * Sigma((double)of[0] / Registers);
        return (long)Math.Round(Registers * (double)Registers / (2 * Math.Log(2)) / z);
    }

    private void Add(ulong hash)
    {
        if (_registers is not null)
        {
            AddRank(hash);
            return;
        }
        var at = Array.BinarySearch(_hashes!, 0, _count, hash);
        if (at >= 0)
            return;
        if (_count == _mostExact)
        {
            ToRegisters();
            AddRank(hash);
            return;
        }
        if (_count == _hashes!.Length)
            Array.Resize(ref _hashes, Math.Min(_mostExact, Math.Max(4, _count * 2)));
        Array.Copy(_hashes, ~at, _hashes, ~at + 1, _count - ~at);
        _hashes[~at] = hash;
        _count++;
    }

    // Both in ascending order: side by side, rather than each into its place.
    private void Merge(ReadOnlySpan<byte> hashes)
    {
        var (merged, count, mine) = (new ulong[_count + hashes.Length / sizeof(ulong)], 0, 0);
        for (var h = 0; h < hashes.Length; h += sizeof(ulong))
        {
            var next = BinaryPrimitives.ReadUInt64BigEndian(hashes[h..]);
            while (mine < _count && _hashes![mine] < next)
                merged[count++] = _hashes[mine++];
            if (mine < _count && _hashes![mine] == next)
                mine++;
            merged[count++] = next;
        }
        while (mine < _count)
            merged[count++] = _hashes![mine++];
        (_hashes, _count) = (merged, count);
        if (_count > _mostExact)
            ToRegisters();
    }

    private void ToRegisters()
    {
        if (_registers is not null)
            return;
        _registers = new byte[Registers];
        for (var h = 0; h < _count; h++)
            AddRank(_hashes![h]);
        (_hashes, _count) = (null, 0);
    }

    private void AddRank(ulong hash)
    {
        var (register, rank) = ((int)(hash >> (64 - Precision)), (byte)(BitOperations.LeadingZeroCount(hash << Precision | 1ul << (Precision - 1)) + 1));
        if (rank > _registers![register])
            _registers[register] = rank;
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): visitors' numbers are even as they are, those of records and tests need not be.
    private static ulong Mixed(ulong value)
    {
        value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
        value = (value ^ value >> 27) * 0x94d049bb133111eb;
        return value ^ value >> 31;
    }

    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        var (y, z, before) = (1.0, x, double.NaN);
        while (z != before)
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        var (y, z, before) = (1.0, 1 - x, double.NaN);
        while (z != before)
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        return z / 3;
    }
}
