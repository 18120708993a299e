using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>Reads lines of <c>events/&lt;n&gt;.jsonl</c> and recomputes each by itself: payload, metadata, hash, and leaf against the tile. Serves one thread.</summary>
/// <param name="names">The tenants.</param>
/// <param name="origins">By epoch, from 1 on at [1].</param>
/// <param name="writers">The writer's keys known so far.</param>
internal sealed class BundleLines(BundleNames names, IReadOnlyList<string> origins, Func<IReadOnlyList<VerifierKey>> writers)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private readonly FieldWriter _input = new();
    private readonly BundleNames.Cache _names = new(names);
    private readonly byte[][] _origins = [.. origins.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads the lines, each with its newline, of one tile.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="tile">Number of the tile.</param>
    /// <param name="leaves">The tile's leaves.</param>
    /// <exception cref="InvalidDataException">A line isn't as the format has it; the message names the line.</exception>
    public List<BundleRow> Read(ReadOnlySpan<byte> lines, long tile, ReadOnlySpan<Hash> leaves)
    {
        var rows = new List<BundleRow>(TilePath.Width);
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            try
            {
                var line = new BundleLine(lines[..end]);
                var index = line.Number(BundleLine.Index);
                if (index / TilePath.Width != tile || index < 0 || index % TilePath.Width >= leaves.Length)
                    throw new FormatException($"index {index} doesn't belong there");
                rows.Add(Read(line, index, leaves[(int)(index % TilePath.Width)]));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or JsonException)
            {
                throw new InvalidDataException($"events/{tile}.jsonl has a line ({(rows.Count == 0 ? "the first looked at" : $"after index {rows[^1].Index}")}) that isn't as it should be: {e.Message}.", e);
            }

            lines = lines[(end + 1)..];
        }

        return rows;
    }

    private BundleRow Read(in BundleLine line, long index, in Hash leaf)
    {
        Span<byte> bytes = stackalloc byte[Hash.Size];
        line.Hex(BundleLine.Hash, bytes);
        var recorded = new Hash(bytes);
        line.Hex(BundleLine.Prev, bytes);
        var prev = new Hash(bytes);
        line.Hex(BundleLine.Checks, bytes[..8]);
        var (payloadCheck, metadataCheck) = (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]));

        var type = line.Text(BundleLine.Type);
        var (epoch, version) = (line.Number(BundleLine.Epoch), line.Number(BundleLine.Version));
        var (isBodiless, isKnown) = (line.IsNull(BundleLine.Data), epoch > 0 && epoch < _origins.Length);
        var payload = _input.Start().JsonString(isBodiless ? "\"\""u8 : line.String(BundleLine.Data)).Nullable(line.Bytes(BundleLine.BinaryData)).Digest();
        var metadata = _input.Start().NullableJsonString(line.Nullable(BundleLine.Correlation)).NullableJsonString(line.Nullable(BundleLine.Causation))
            .NullableJsonString(line.Nullable(BundleLine.Headers)).Digest();
        var recomputed = _input.Start().Raw("platform/event/l1\0"u8)
            .Field(isKnown ? _origins[epoch] : []).JsonString(line.String(BundleLine.Tenant)).JsonString(line.String(BundleLine.Stream)).Field(version)
            .JsonString(line.String(BundleLine.Id)).Field(type).JsonString(line.String(BundleLine.Timestamp)).Raw(payload).Raw(metadata).Raw(prev).Digest();

        var areChecksRight = ChainEntry.Check(payload) == payloadCheck && ChainEntry.Check(metadata) == metadataCheck;
        var isAnchored = L1.Leaf(recorded) == leaf;
        var verdict = isBodiless ? BundleVerdict.Bodiless
            : recomputed == recorded ? (isAnchored, areChecksRight) switch { (false, _) => BundleVerdict.Forged, (_, true) => BundleVerdict.Sound, _ => BundleVerdict.Relabelled }
            : !isAnchored && L1.Leaf(recomputed) == leaf ? BundleVerdict.Relabelled
            : ChainEntry.Check(payload) != payloadCheck ? BundleVerdict.Payload
            : ChainEntry.Check(metadata) != metadataCheck ? BundleVerdict.Metadata
            : BundleVerdict.Suspect;
        var id = line.Uuid(BundleLine.Id);
        return new BundleRow
        {
            Index = index,
            Tenant = _names.Of(line.Text(BundleLine.Tenant)),
            Stream = line.Uuid(BundleLine.Stream),
            Version = version,
            Id = id,
            Verdict = verdict,
            Hash = verdict == BundleVerdict.Relabelled ? recomputed : recorded,
            Prev = prev,
            IsAnchored = isAnchored || verdict == BundleVerdict.Relabelled,
            IsTombstone = type.SequenceEqual("tombstone"u8),
            Weight = WriterSignature.Covers(type) ? WeightOf(line, recomputed) : null,
            Suspect = verdict == BundleVerdict.Suspect && isKnown && DateTimeOffset.TryParseExact(
                    Encoding.UTF8.GetString(line.Text(BundleLine.Timestamp)), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? new BundleSuspect(new EventFields(id, version, Encoding.UTF8.GetString(type), time, payload, metadata), origins[(int)epoch], leaf) : null,
        };
    }

    private BundleWeight WeightOf(in BundleLine line, in Hash hash)
    {
        var type = Encoding.UTF8.GetString(line.Text(BundleLine.Type));
        var signature = line.IsNull(BundleLine.Writer) ? null : Encoding.UTF8.GetString(line.Text(BundleLine.Writer));
        VerifierKey? signedBy = null;
        if (signature is not null)
            foreach (var key in writers())
                if (WriterSignature.Verify(key, hash, signature))
                    signedBy = key;
        return new BundleWeight(type, KeyRotation.EventTypes.Contains(type) && !line.IsNull(BundleLine.Data) ? Encoding.UTF8.GetString(line.Text(BundleLine.Data)) : null, signature, signedBy);
    }
}
