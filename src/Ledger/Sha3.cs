using System.Buffers.Binary;
using System.Numerics;

namespace Platform.Ledger;

/// <summary>
/// SHA3-256 (FIPS 202): Keccak-f[1600] with rate 136 bytes and domain suffix 01. Written out, because the runtime's own needs an OpenSSL or an
/// operating system that has it, and whoever verifies shouldn't have to.
/// </summary>
public static class Sha3
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int Size = 32;

    private const int Rate = 136;
    private const int Side = 5;
    private const byte Suffix = 0x06;

    // FIPS 202, 3.2.5: the constants of the 24 rounds.
    private static readonly ulong[] _round =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // FIPS 202, 3.2.2, table 2: how far lane (x, y) is rotated, at x + 5y.
    private static readonly int[] _offset = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

    /// <summary>The digest of <paramref name="content"/>: 32 bytes.</summary>
    public static byte[] Hash256(ReadOnlySpan<byte> content)
    {
        Span<ulong> state = stackalloc ulong[Side * Side];
        state.Clear();
        for (; content.Length >= Rate; content = content[Rate..])
            Absorb(state, content[..Rate]);

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        content.CopyTo(last);
        last[content.Length] = Suffix;
        last[^1] |= 0x80;
        Absorb(state, last);

        var digest = new byte[Size];
        for (var lane = 0; lane < Size / sizeof(ulong); lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(lane * sizeof(ulong)), state[lane]);
        return digest;
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var lane = 0; lane < Rate / sizeof(ulong); lane++)
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * sizeof(ulong))..]);
        foreach (var constant in _round)
            Permute(state, constant);
    }

    private static void Permute(Span<ulong> state, ulong constant)
    {
        Span<ulong> parity = stackalloc ulong[Side];
        for (var x = 0; x < Side; x++)
            parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];

        // Theta, rho and pi: each lane is mixed with its neighbours' parity, rotated, and moved from (x, y) to (y, 2x + 3y).
        Span<ulong> moved = stackalloc ulong[Side * Side];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var mixed = state[x + Side * y] ^ parity[(x + 4) % Side] ^ BitOperations.RotateLeft(parity[(x + 1) % Side], 1);
                moved[y + Side * ((2 * x + 3 * y) % Side)] = BitOperations.RotateLeft(mixed, _offset[x + Side * y]);
            }

        // Chi and iota.
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                state[x + Side * y] = moved[x + Side * y] ^ (~moved[(x + 1) % Side + Side * y] & moved[(x + 2) % Side + Side * y]);
        state[0] ^= constant;
    }
}
