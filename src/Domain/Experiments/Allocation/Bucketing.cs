using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Domain.Experiments;

/// <summary>How a place between 0 and 1 comes of a visitor's id.</summary>
public enum HashVersion
{
    /// <summary>GrowthBook's first: FNV-1a of id and seed, in thousandths.</summary>
    Fnv1 = 1,

    /// <summary>GrowthBook's second, and ours: FNV-1a twice, of seed and id, in ten-thousandths. What one seed says tells nothing of another's.</summary>
    Fnv2 = 2,

    /// <summary>Unleash's: MurmurHash3 of seed, colon and id, in parts of a modulus.</summary>
    Murmur3 = 3,
}

/// <summary>Places between 0 and 1, the same on every node, in every release and in GrowthBook's SDKs (docs.growthbook.io/lib/build-your-own, "hash").</summary>
public static class Bucketing
{
    private const uint FnvOffset = 2166136261, FnvPrime = 16777619;

    /// <returns>At least 0 and less than 1; null where there is no such hash.</returns>
    /// <param name="seed">Of the experiment, so that being early in one says nothing of another.</param>
    /// <param name="id">The visitor's, of any characters; hashed by UTF-16 code units.</param>
    /// <param name="version">Which hash.</param>
    public static double? Of(string seed, string id, HashVersion version) => version switch
    {
        HashVersion.Fnv1 => Fnv(seed, Fnv(id, FnvOffset)) % 1000 / 1000d,
        HashVersion.Fnv2 => Twice(Fnv(id, Fnv(seed, FnvOffset))) % 10000 / 10000d,
        _ => null,
    };

    /// <summary>Unleash's place (docs.getunleash.io, "Stickiness").</summary>
    /// <param name="seed">The group.</param>
    /// <param name="id">The visitor's.</param>
    /// <param name="modulus">How many places there are; at least 1.</param>
    /// <param name="hashSeed">0 for roll-outs, 86028157 for variants.</param>
    public static double Murmur(string seed, string id, int modulus, uint hashSeed) => Murmur3(Encoding.UTF8.GetBytes($"{seed}:{id}"), hashSeed) % (uint)modulus / (double)modulus;

    // Fowler, Noll and Vo, draft-eastlake-fnv, over UTF-16 code units as JavaScript's SDK has them.
    private static uint Fnv(ReadOnlySpan<char> text, uint hash)
    {
        foreach (var c in text) hash = unchecked((hash ^ c) * FnvPrime);
        return hash;
    }

    private static uint Twice(uint hash)
    {
        Span<char> digits = stackalloc char[10];
        hash.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return Fnv(digits[..length], FnvOffset);
    }

    // Appleby's MurmurHash3_x86_32 (public domain).
    private static uint Murmur3(ReadOnlySpan<byte> bytes, uint hash)
    {
        var length = (uint)bytes.Length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
            hash = unchecked(BitOperations.RotateLeft(hash ^ Mixed(BinaryPrimitives.ReadUInt32LittleEndian(bytes)), 13) * 5 + 0xe6546b64);
        uint rest = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) rest = (rest << 8) | bytes[i];
        hash ^= Mixed(rest) ^ length;
        hash = unchecked((hash ^ (hash >> 16)) * 0x85ebca6b);
        hash = unchecked((hash ^ (hash >> 13)) * 0xc2b2ae35);
        return hash ^ (hash >> 16);
    }

    private static uint Mixed(uint block) => unchecked(BitOperations.RotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593);
}
