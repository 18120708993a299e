using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>What someone with write access to the tables can do, each at a random place, with the finding that must follow.</summary>
internal static class Tampers
{
    public static Expected Payload(History history, Random random) =>
        Edit(history, random, FindingCode.PayloadMismatch, e => random.Next(3) switch
        {
            0 => e with { Data = Encoding.UTF8.GetBytes("{\"n\": -1}") },
            1 => e with { BinaryData = e.BinaryData is null ? [] : null },
            _ => e with { Data = e.Data.ToArray().Append((byte)' ').ToArray() },
        });

    public static Expected Metadata(History history, Random random) =>
        Edit(history, random, FindingCode.MetaMismatch, e => random.Next(3) switch
        {
            0 => e with { Correlation = e.Correlation is null ? "" : null },
            1 => e with { Causation = e.Causation + "x" },
            _ => e with { Headers = e.Headers is null ? "{}"u8.ToArray() : null },
        });

    public static Expected Timestamp(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Timestamp = e.Timestamp.AddMicroseconds(1) });

    public static Expected Type(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Type = e.Type + "_v2" }, tombstones: false);

    public static Expected EventId(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Id = Draw.Id(random) });

    public static Expected RecordedHash(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Chain = e.Chain!.Value with { Hash = Hash.Of(e.Id.ToByteArray()) } });

    public static Expected RecordedCheck(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Chain = e.Chain!.Value with { PayloadCheck = e.Chain.Value.PayloadCheck ^ 1 } });

    public static Expected UnknownEpoch(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Chain = e.Chain!.Value with { Epoch = 99 } });

    public static Expected OtherEpoch(History history, Random random) =>
        Edit(history, random, FindingCode.LeafMismatch, e => e with { Chain = e.Chain!.Value with { Epoch = 3 - e.Chain.Value.Epoch } });

    public static Expected NoChainEntry(History history, Random random) =>
        Edit(history, random, FindingCode.Unchained, e => e with { Chain = null });

    /// <summary>An event renumbered to a free version past the end, such as 5 to 7, or below 1.</summary>
    public static Expected Version(History history, Random random)
    {
        var (stream, at) = Ordinary(history, random);
        var was = stream.Rows[at].Version;
        var now = random.Next(4) == 0 ? -random.Next(3) : stream.Rows[^1].Version + random.Next(1, 4);
        stream.Rows[at] = stream.Rows[at] with { Version = now };
        return new Expected(FindingCode.LeafMismatch, stream, now, IndexOf(history, stream, was));
    }

    /// <summary>An event renumbered to a version that another one has: the unique index was dropped.</summary>
    public static Expected RepeatedVersion(History history, Random random)
    {
        var (stream, at) = Ordinary(history, random);
        var was = stream.Rows[at].Version;
        var now = stream.Rows[(at + random.Next(1, stream.Rows.Count)) % stream.Rows.Count].Version;
        stream.Rows[at] = stream.Rows[at] with { Version = now };
        return new Expected(FindingCode.LeafMismatch, stream, now, IndexOf(history, stream, was));
    }

    public static Expected Middle(History history, Random random)
    {
        var (stream, _) = Ordinary(history, random);
        var from = random.Next(stream.Rows.Count - 1);
        var count = random.Next(1, stream.Rows.Count - from);
        var version = stream.Rows[from].Version;
        stream.Rows.RemoveRange(from, count);
        return new Expected(FindingCode.VersionGap, stream, version, IndexOf(history, stream, version));
    }

    public static Expected Tail(History history, Random random)
    {
        var stream = random.GetItems(history.Streams.Where(stream => !stream.IsTombstones).ToArray(), 1)[0];
        var from = random.Next(1, stream.Rows.Count);
        var version = stream.Rows[from].Version;
        stream.Rows.RemoveRange(from, stream.Rows.Count - from);
        var index = IndexOf(history, stream, version);
        return new Expected(index is null ? FindingCode.StreamTruncated : FindingCode.MissingPayload, stream, version, index);
    }

    /// <summary>A tombstone deleted: version gaps are normal there, so that only the log and the chain know of it.</summary>
    public static Expected Tombstone(History history, Random random)
    {
        var stream = history.Streams.Single(stream => stream.IsTombstones);
        var at = random.Next(stream.Rows.Count);
        var code = at + 1 == stream.Rows.Count ? FindingCode.MissingPayload : FindingCode.VersionGap;
        var version = stream.Rows[at].Version;
        stream.Rows.RemoveAt(at);
        return new Expected(code, stream, version, IndexOf(history, stream, version));
    }

    /// <summary>The tail deleted and the stream's row set back, so that only the log knows.</summary>
    public static Expected TailAndRow(History history, Random random)
    {
        var expected = Tail(history, random);
        expected.Stream.RowVersion = expected.Stream.Rows[^1].Version;
        return expected;
    }

    public static Expected Stream(History history, Random random)
    {
        var stream = random.GetItems(history.Streams.ToArray(), 1)[0];
        var index = IndexOf(history, stream, stream.Rows[0].Version);
        stream.Rows.Clear();
        if (index is not null && random.Next(2) == 0)
            stream.RowVersion = null;
        return new Expected(FindingCode.MissingStream, stream, null, index);
    }

    public static Expected Order(History history, Random random)
    {
        var (stream, at) = Ordinary(history, random);
        var other = (at + random.Next(1, stream.Rows.Count)) % stream.Rows.Count;
        var (low, high) = (stream.Rows[Math.Min(at, other)], stream.Rows[Math.Max(at, other)]);
        stream.Rows[Math.Min(at, other)] = high with { Version = low.Version };
        stream.Rows[Math.Max(at, other)] = low with { Version = high.Version };
        return new Expected(FindingCode.Order, stream, low.Version, IndexOf(history, stream, low.Version));
    }

    public static Expected Replay(History history, Random random)
    {
        var (stream, at) = Ordinary(history, random);
        history.Replay(stream, stream.Rows[at]);
        if (random.Next(2) == 0)
            history.Sequence();
        var version = stream.Rows[^1].Version;
        return new Expected(FindingCode.Duplicate, stream, version, IndexOf(history, stream, version));
    }

    /// <summary>An event stored unchained, at the end or with genuine ones after it.</summary>
    public static Expected Unchained(History history, Random random)
    {
        var (stream, _) = Ordinary(history, random);
        history.StoreUnchained(stream, random);
        var version = stream.Rows[^1].Version;
        if (random.Next(2) == 0)
            history.Append(stream, random, version + 1, version + 2);
        return new Expected(FindingCode.Unchained, stream, version, null);
    }

    /// <summary>One event moved to another tenant's stream of the same id, which has no others.</summary>
    public static Expected TenantOfEvent(History history, Random random)
    {
        var (stream, at) = Ordinary(history, random);
        return Move(history, stream, [stream.Rows[at]], rowVersion: random.Next(2) == 0 ? null : 0);
    }

    public static Expected TenantOfStream(History history, Random random)
    {
        var (stream, _) = Ordinary(history, random);
        var expected = Move(history, stream, [.. stream.Rows], stream.RowVersion);
        if (random.Next(2) == 0)
            stream.RowVersion = null;
        return expected;
    }

    private static Expected Move(History history, StoredStream from, List<StoredEvent> rows, long? rowVersion)
    {
        var to = new StoredStream("tenant-c", from.Id) { RowVersion = rowVersion };
        to.Rows.AddRange(rows);
        from.Rows.RemoveAll(rows.Contains);
        history.Streams.Insert(0, to);
        return new Expected(FindingCode.WrongTenant, to, rows[0].Version, IndexOf(history, from, rows[0].Version));
    }

    private static Expected Edit(History history, Random random, string code, Func<StoredEvent, StoredEvent> edit, bool tombstones = true)
    {
        var stream = random.GetItems(history.Streams.Where(stream => tombstones || !stream.IsTombstones).ToArray(), 1)[0];
        var at = random.Next(stream.Rows.Count);
        stream.Rows[at] = edit(stream.Rows[at]);
        var version = stream.Rows[at].Version;
        return new Expected(code, stream, version, IndexOf(history, stream, version));
    }

    private static (StoredStream Stream, int At) Ordinary(History history, Random random)
    {
        var stream = random.GetItems(history.Streams.Where(stream => !stream.IsTombstones).ToArray(), 1)[0];
        return (stream, random.Next(stream.Rows.Count));
    }

    private static long? IndexOf(History history, StoredStream stream, long version) =>
        history.Indices.TryGetValue((stream.Tenant, stream.Id, version), out var index) ? index : null;
}

internal sealed record Expected(string Code, StoredStream Stream, long? Version, long? Index);
