using System.Buffers;
using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>Writes a bundle in the order that its format asks for, entry by entry; memory holds the events of one tile.</summary>
public sealed class BundleWriter : IAsyncDisposable
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TarWriter _tar;
    private readonly BundleAbout _about;
    private readonly DateTimeOffset _time;
    private readonly IReadOnlySet<string> _written;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly Utf8JsonWriter _json;
    private readonly Stream _output;
    private long _tile = -1;
    private bool _wrote;

    /// <param name="output">Written in order, and left open.</param>
    /// <param name="about">What the bundle is about.</param>
    /// <param name="written">Names of entries that <paramref name="output"/> has already; they are passed over. Null: none.</param>
    public BundleWriter(Stream output, BundleAbout about, IReadOnlySet<string>? written = null)
    {
        (_output, _tar, _about, _written) = (output, new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true), about, written ?? new HashSet<string>());
        _time = DateTimeOffset.Parse(about.Created, CultureInfo.InvariantCulture);
        _json = BundleEvent.Lines(_lines);
    }

    public bool Has(TileId tile) => _written.Contains(NameOf(tile));

    /// <summary>What comes first.</summary>
    public async Task WriteAboutAsync(LogTrust trust, string checkpoint, CancellationToken cancel = default)
    {
        await WriteAsync("bundle.json", _about.ToJson(), cancel);
        await WriteAsync("trust.json", Encoding.UTF8.GetBytes(trust.ToJson()), cancel);
        await WriteAsync("checkpoint", Encoding.UTF8.GetBytes(checkpoint), cancel);
    }

    public Task WriteCheckpointAsync(long size, string note, CancellationToken cancel = default) =>
        WriteAsync($"checkpoints/{size.ToString(CultureInfo.InvariantCulture)}", Encoding.UTF8.GetBytes(note), cancel);

    /// <param name="tile">Of hashes.</param>
    /// <param name="hashes">As many as its width says.</param>
    /// <param name="cancel">Stops.</param>
    public Task WriteTileAsync(TileId tile, ReadOnlyMemory<byte> hashes, CancellationToken cancel = default) => WriteAsync(NameOf(tile), hashes, cancel);

    /// <summary>Events come in order of their index.</summary>
    public async Task WriteEventAsync(BundleEvent e, CancellationToken cancel = default)
    {
        if (e.Index / TilePath.Width is var tile && tile != _tile)
        {
            await FlushAsync(cancel);
            _tile = tile;
        }
        e.Write(_json);
        _lines.Write("\n"u8);
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        await _json.DisposeAsync();
        await _tar.DisposeAsync();
        // The end of a tar is two empty blocks, which its writer leaves out where it wrote no entry: all were there already.
        if (!_wrote)
            await _output.WriteAsync(new byte[1024]);
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        if (_lines.WrittenCount == 0)
            return;
        await WriteAsync($"events/{_tile.ToString(CultureInfo.InvariantCulture)}.jsonl", _lines.WrittenMemory, cancel);
        _lines.ResetWrittenCount();
    }

    private async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        if (_written.Contains(name))
            return;
        _wrote = true;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array) ? array : new ArraySegment<byte>(content.ToArray());
        using var data = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        await _tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = _time, Mode = ReadableByAll }, cancel);
    }

    private static string NameOf(TileId tile) => TilePath.Of(tile.Level!.Value, tile.Index, tile.Width);
}
