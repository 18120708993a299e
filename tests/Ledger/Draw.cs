using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>Random histories: a seed gives the same history again.</summary>
internal static class Draw
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Two tenants, three to five streams of at least four events, and a stream of tombstones; part of it is sequenced.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="sequenced">True: everything has its place in the log. False: nothing has. Null: all before a random point.</param>
    public static History History(Random random, bool? sequenced = null)
    {
        var history = new History();
        var streams = Enumerable.Range(0, random.Next(3, 6))
            .Select(n => history.Start(n % 2 == 0 ? "tenant-a" : "tenant-b", Id(random))).ToList();
        var tombstones = new StoredStream("tenant-a", Id(random)) { IsTombstones = true };
        history.Streams.Add(tombstones);
        var work = streams.SelectMany(stream => Enumerable.Repeat(stream, random.Next(4, 9))).Concat(Enumerable.Repeat(tombstones, 3)).ToArray();
        random.Shuffle(work);
        var stop = sequenced switch { true => work.Length, false => 0, null => random.Next(work.Length) };
        for (var n = 0; n < work.Length; n++)
        {
            if (n == work.Length / 2)
                history.OpenEpoch();
            var next = (work[n].RowVersion ?? 0) + 1;
            if (work[n].IsTombstones)
                history.Append(work[n], random, next + random.Next(4), next + 4 + random.Next(3));
            else
                history.Append(work[n], random, [.. Enumerable.Range((int)next, random.Next(1, 4)).Select(version => (long)version)]);
            if (n + 1 == stop)
                history.Sequence();
        }

        return history;
    }

    public static StoredEvent Event(Random random, long version, long sequence, bool tombstone) => new()
    {
        Sequence = sequence,
        Id = Id(random),
        Version = version,
        Type = tombstone ? "tombstone" : random.GetItems(["item_created", "item_edited", "item_published"], 1)[0],
        Timestamp = _start.AddTicks(10 * random.NextInt64(1, 1_000_000_000_000)),
        Data = Encoding.UTF8.GetBytes($$"""{"n": {{random.Next()}}, "text": "ü🌍"}"""),
        BinaryData = random.Next(3) switch { 0 => null, 1 => [], _ => [1, 2, 3] },
        Correlation = random.Next(2) == 0 ? null : $"correlation-{random.Next()}",
        Causation = random.Next(2) == 0 ? null : $"cause-{random.Next()}",
        Headers = random.Next(2) == 0 ? null : "{\"region\": \"eu\"}"u8.ToArray(),
    };

    public static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
