using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>What can be done to a bundle or to the log before it, each at a random place, with the finding that must follow.</summary>
internal static class BundleTampers
{
    public static Told Payload(BundleParts parts, Random random) => Edit(parts, random, FindingCode.PayloadMismatch, e => random.Next(3) switch
    {
        0 => e with { Data = "{\"n\": -1}"u8.ToArray() },
        1 => e with { BinaryData = e.BinaryData is null ? [] : null },
        _ => e with { Data = e.Data.ToArray().Append((byte)' ').ToArray() },
    });

    public static Told Metadata(BundleParts parts, Random random) => Edit(parts, random, FindingCode.MetaMismatch, e => random.Next(3) switch
    {
        0 => e with { Correlation = e.Correlation is null ? "" : null },
        1 => e with { Causation = e.Causation + "x" },
        _ => e with { Headers = e.Headers is null ? "{}"u8.ToArray() : null },
    });

    public static Told Leaf(BundleParts parts, Random random) => Edit(parts, random, FindingCode.LeafMismatch, e => random.Next(8) switch
    {
        0 => e with { Timestamp = e.Timestamp.AddMicroseconds(1) },
        1 => e with { Type = e.Type == "tombstone" ? "Tombstone" : e.Type + "_v2" },
        2 => e with { Id = Draw.Id(random) },
        3 => e with { Hash = Hash.Of(e.Id.ToByteArray()) },
        4 => e with { PayloadCheck = e.PayloadCheck ^ 1 },
        5 => e with { Epoch = e.Epoch == 1 ? 2 : 1 },
        6 => e with { Prev = Hash.Of(e.Id.ToByteArray()) },
        _ => e with { Version = e.Version + random.Next(1, 50) },
    });

    public static Told Tenant(BundleParts parts, Random random)
    {
        // Only a tenant that has other events in the bundle can be named.
        var some = Some(parts, random, e => parts.Events.Exists(other => other.Tenant == e.Tenant && other.Index != e.Index));
        var at = (int)some.Index;
        parts.Events[at] = some with { Tenant = BundleDraw.Tenants[(Array.IndexOf(BundleDraw.Tenants, some.Tenant) + 1) % 3] };
        return Told.Of(FindingCode.WrongTenant, parts.Events[at]);
    }

    public static Told TenantOfStream(BundleParts parts, Random random)
    {
        // Only a tenant that has other streams in the bundle can be named.
        var some = Some(parts, random, e => parts.Events.Exists(other => other.Tenant == e.Tenant && other.Stream != e.Stream));
        var moved = Indices(parts, e => (e.Tenant, e.Stream) == (some.Tenant, some.Stream));
        foreach (var at in moved)
            parts.Events[at] = parts.Events[at] with { Tenant = "tenant-b" == some.Tenant ? "tenant-a" : "tenant-b" };
        return Told.Of(FindingCode.WrongTenant, parts.Events[moved[0]]);
    }

    public static Told Bodiless(BundleParts parts, Random random)
    {
        var e = Some(parts, random);
        parts.Tamper = tar => Replace(tar, $"\"index\":{e.Index},", "\"data\":", ",\"bdata\":", "\"data\":null");
        return Told.Of(FindingCode.MissingPayload, e);
    }

    /// <summary>Two events of one stream at each other's version.</summary>
    public static Told Order(BundleParts parts, Random random)
    {
        var (a, b) = Two(parts, random);
        var (low, high) = (parts.Events[a], parts.Events[b]);
        if (random.Next(2) == 0)
        {
            (parts.Events[a], parts.Events[b]) = (low with { Version = high.Version }, high with { Version = low.Version });
            return Told.Of(FindingCode.Order, parts.Events[a]);
        }

        // As an export tells it after the rows were swapped: contents and hashes stand at the other's version, index and predecessor.
        (parts.Events[a], parts.Events[b]) = (high with { Version = low.Version, Index = low.Index, Prev = low.Prev }, low with { Version = high.Version, Index = high.Index, Prev = high.Prev });
        return Told.Of(FindingCode.Order, parts.Events[a]);
    }

    public static Told Middle(BundleParts parts, Random random)
    {
        var (a, b) = Two(parts, random);
        var stream = Indices(parts, e => (e.Tenant, e.Stream) == (parts.Events[a].Tenant, parts.Events[a].Stream) && e.Index < parts.Events[b].Index);
        var gone = stream[^1];
        var e = parts.Events[gone];
        parts.Events.RemoveAt(gone);
        return Told.Of(FindingCode.VersionGap, e);
    }

    /// <summary>The last events of a stream, in a bundle of all tenants: that they are gone the tiles know, and whose they were nobody.</summary>
    public static Told Tail(BundleParts parts, Random random)
    {
        var some = Some(parts, random);
        var first = parts.Events.First(e => (e.Tenant, e.Stream) == (some.Tenant, some.Stream) && (random.Next(3) == 0 || e.Index == some.Index));
        parts.Events.RemoveAll(e => (e.Tenant, e.Stream) == (some.Tenant, some.Stream) && e.Index >= first.Index);
        return new Told(FindingCode.MissingPayload, null, null, null, first.Index);
    }

    public static Told Stream(BundleParts parts, Random random)
    {
        var some = Some(parts, random);
        var first = parts.Events.First(e => (e.Tenant, e.Stream) == (some.Tenant, some.Stream));
        parts.Events.RemoveAll(e => (e.Tenant, e.Stream) == (some.Tenant, some.Stream));
        return new Told(FindingCode.MissingPayload, null, null, null, first.Index);
    }

    /// <summary>An event edited with its hash, and all later ones of its stream fixed.</summary>
    public static Told Rechained(BundleHistory history, BundleParts parts, Random random)
    {
        // What the writer signed can't be signed again without its key, which is a finding of its own.
        var first = Some(parts, random, e => !parts.Events.Exists(later => (later.Tenant, later.Stream) == (e.Tenant, e.Stream) && later.Index > e.Index && later.Writer is not null));
        Rechain(history, parts, first, "{\"forged\": true}");
        return Told.Of(FindingCode.RootMismatch, first);
    }

    /// <summary>An event dropped and the others moved up.</summary>
    public static Told Dropped(BundleParts parts, Random random)
    {
        var at = random.Next(parts.Events.Count - 1);
        parts.Events.RemoveAt(at);
        for (var i = at; i < parts.Events.Count; i++)
            parts.Events[i] = parts.Events[i] with { Index = i };
        return Told.Of(FindingCode.RootMismatch, parts.Events[at]);
    }

    /// <summary>Two events of different streams at each other's place in the log.</summary>
    public static Told Reordered(BundleParts parts, Random random)
    {
        var a = random.Next(parts.Events.Count - 1);
        (parts.Events[a], parts.Events[a + 1]) = (parts.Events[a + 1] with { Index = a }, parts.Events[a] with { Index = a + 1 });
        return Told.Of(FindingCode.RootMismatch, parts.Events[a]);
    }

    /// <summary>Chain and tiles rewritten from an event on, under the old checkpoint.</summary>
    public static Told Rewritten(BundleHistory history, BundleParts parts, Random random)
    {
        // What the writer signed can't be signed again without its key, which is a finding of its own.
        var first = Some(parts, random, e => !parts.Events.Exists(later => (later.Tenant, later.Stream) == (e.Tenant, e.Stream) && later.Index > e.Index && later.Writer is not null));
        Rechain(history, parts, first, "{\"forged\": true}");
        parts.Leaves = [.. parts.Events.Select(e => L1.Leaf(e.Hash))];
        return new Told(FindingCode.RootMismatch, null, null, null, parts.Kept.Keys.LastOrDefault(size => size <= first.Index));
    }

    public static void Rechain(BundleHistory history, BundleParts parts, BundleEvent first, string data)
    {
        Hash? prev = null;
        foreach (var at in Indices(parts, e => (e.Tenant, e.Stream) == (first.Tenant, first.Stream) && e.Index >= first.Index))
        {
            var e = parts.Events[at];
            e = history.Hashed(prev is { } known ? e with { Prev = known } : e with { Data = Encoding.UTF8.GetBytes(data) });
            parts.Events[at] = e;
            prev = e.Hash;
        }
    }

    public static BundleEvent Some(BundleParts parts, Random random, Func<BundleEvent, bool>? which = null) =>
        random.GetItems(parts.Events.Where(e => which?.Invoke(e) != false && BundleDraw.Tenants.Contains(e.Tenant) && !WriterSignature.Covers(e.Type) && e.Type != "tombstone").ToArray(), 1)[0];

    private static Told Edit(BundleParts parts, Random random, string code, Func<BundleEvent, BundleEvent> edit)
    {
        var at = (int)Some(parts, random).Index;
        parts.Events[at] = edit(parts.Events[at]);
        return Told.Of(code, parts.Events[at]);
    }

    private static (int First, int Second) Two(BundleParts parts, Random random)
    {
        var streams = parts.Events.Where(e => BundleDraw.Tenants.Contains(e.Tenant) && e.Type != "tombstone").GroupBy(e => (e.Tenant, e.Stream)).Where(stream => stream.Count() > 2).ToArray();
        var events = random.GetItems(streams, 1)[0].ToArray();
        var first = random.Next(events.Length - 2);
        return ((int)events[first].Index, (int)events[random.Next(first + 2, events.Length)].Index);
    }

    private static List<int> Indices(BundleParts parts, Func<BundleEvent, bool> which) => [.. Enumerable.Range(0, parts.Events.Count).Where(at => which(parts.Events[at]))];

    // Within the line that holds a text, what stands between two others; the entry keeps its length by white space behind a value.
    private static byte[] Replace(byte[] tar, string line, string from, string to, string by)
    {
        var start = tar.AsSpan().IndexOf(Encoding.UTF8.GetBytes("{" + line));
        var first = start + tar.AsSpan(start).IndexOf(Encoding.UTF8.GetBytes(from));
        var end = first + tar.AsSpan(first).IndexOf(Encoding.UTF8.GetBytes(to));
        Encoding.UTF8.GetBytes(by.PadRight(end - first)).CopyTo(tar, first);
        return tar;
    }
}

/// <summary>A finding without its sentence.</summary>
internal sealed record Told(string Code, string? Tenant, Guid? Stream, long? Version, long? Index)
{
    public static Told Of(string code, in BundleEvent e) => new(code, e.Tenant, e.Stream, e.Version, e.Index);

    public static Told Of(Finding finding) => new(finding.Code, finding.Tenant, finding.Stream, finding.Version, finding.Index);
}
