using Microsoft.Win32.SafeHandles;

namespace Platform.Ledger;

/// <summary>
/// Records of bytes in partitions, each in the order of appending: in memory up to a budget, beyond it in a temporary file that nobody else can open and that is gone when it's
/// closed. Serves one thread.
/// </summary>
/// <param name="directory">Where the file would be.</param>
/// <param name="partitions">How many there are.</param>
/// <param name="block">Bytes that are written at once, a multiple of a record's length; each partition holds one such block.</param>
/// <param name="budget">Bytes of whole blocks to hold in memory.</param>
internal sealed class Spill(string directory, int partitions, int block, long budget) : IDisposable
{
    private readonly List<(byte[]? Held, long Offset)>?[] _blocks = new List<(byte[]?, long)>?[partitions];
    private readonly byte[]?[] _open = new byte[]?[partitions];
    private readonly int[] _filled = new int[partitions];
    private SafeFileHandle? _file;
    private long _held;
    private long _written;

    public int Partitions => partitions;

    /// <summary>Appends a record, which divides a block's length.</summary>
    public void Append(int partition, ReadOnlySpan<byte> record)
    {
        var open = _open[partition] ??= new byte[block];
        record.CopyTo(open.AsSpan(_filled[partition]));
        if ((_filled[partition] += record.Length) == block)
            Close(partition, open);
    }

    /// <summary>The blocks of a partition, the last one shorter; each valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(int partition)
    {
        byte[]? buffer = null;
        foreach (var (held, offset) in _blocks[partition] ?? [])
            yield return held ?? ReadAt(offset, buffer ??= new byte[block]);
        if (_filled[partition] > 0)
            yield return _open[partition].AsMemory(0, _filled[partition]);
    }

    /// <summary>One block of a partition, from 0; not to be changed.</summary>
    public ReadOnlyMemory<byte> Read(int partition, int number)
    {
        var blocks = _blocks[partition];
        if (number == (blocks?.Count ?? 0))
            return _open[partition].AsMemory(0, _filled[partition]);
        var (held, offset) = blocks![number];
        return held ?? ReadAt(offset, new byte[block]);
    }

    public void Dispose() => _file?.Dispose();

    private void Close(int partition, byte[] full)
    {
        var blocks = _blocks[partition] ??= [];
        _filled[partition] = 0;
        if (_held + block <= budget)
        {
            _held += block;
            blocks.Add((full, 0));
            _open[partition] = null;
            return;
        }

        _file ??= File.OpenHandle(Path.Combine(directory, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(_file, full, _written);
        blocks.Add((null, _written));
        _written += block;
    }

    private byte[] ReadAt(long offset, byte[] buffer)
    {
        var read = 0;
        while (read < block)
            read += RandomAccess.Read(_file!, buffer.AsSpan(read), offset + read) is > 0 and var more ? more : throw new EndOfStreamException("A temporary file was cut off.");
        return buffer;
    }
}
