using System.Buffers.Binary;

namespace Platform.Ledger;

/// <summary>
/// A row of <c>ledger.event</c>. The two checks are the first 4 bytes (big-endian) of the payload's and the metadata's digest: they tell
/// which of the two was touched. Security rests on the hash alone.
/// </summary>
public readonly record struct ChainEntry(int Epoch, Hash Hash, int PayloadCheck, int MetadataCheck)
{
    /// <summary>The check value of a digest.</summary>
    public static int Check(in Hash digest) => BinaryPrimitives.ReadInt32BigEndian(digest.Bytes);
}
