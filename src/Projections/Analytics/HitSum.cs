using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Visitors' events added up. Bots aren't among them.</summary>
public sealed class HitSum
{
    /// <summary>Columns of a roll-up, in the order of <see cref="ToColumns"/>.</summary>
    internal static IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("hits", "bigint not null", NpgsqlDbType.Bigint),
        new("page_views", "bigint not null", NpgsqlDbType.Bigint),
        new("events", "bigint not null", NpgsqlDbType.Bigint),
        new("engaged_ms", "bigint not null", NpgsqlDbType.Bigint),
        new("engagements", "bigint not null", NpgsqlDbType.Bigint),
        new("scroll", "bigint not null", NpgsqlDbType.Bigint),
        new("visitors", "bigint not null", NpgsqlDbType.Bigint),
        new("visitor_sketch", "bytea not null", NpgsqlDbType.Bytea),
    ];

    internal static IReadOnlyList<AnalystColumn> ForAnalysts { get; } =
    [
        new("page_views", "Pages that were shown."),
        new("events", "Pages that were shown and events of the site's own."),
        new("engaged_ms", "Milliseconds of attention."),
        new("visitors", "Different visitors: exact up to 512, else an estimate with a standard error of 1.6 %. They don't add up over rows: who is in two is one visitor; analytics.hits says how many exactly."),
    ];

    /// <summary>Rows of the read model of events.</summary>
    public long Hits { get; private set; }
    public long PageViews { get; private set; }
    public long Events { get; private set; }
    public long EngagedMs { get; private set; }
    public long Engagements { get; private set; }

    /// <summary>Sum of the per cents that engagements say.</summary>
    public long Scroll { get; private set; }
    public VisitorSketch Visitors { get; private init; } = new();

    internal int Bytes => 100 + Visitors.Bytes;

    internal void Add(IHitEvent e)
    {
        Hits++;
        PageViews += e is PageViewed ? 1 : 0;
        Events += e is PageViewed or EventTracked ? 1 : 0;
        if (e is EngagementMeasured engagement)
            (EngagedMs, Engagements, Scroll) = (EngagedMs + engagement.EngagedMs, Engagements + 1, Scroll + engagement.Scroll);
        Visitors.Add(e.Hit.VisitorId);
    }

    internal object?[] ToColumns() => [Hits, PageViews, Events, EngagedMs, Engagements, Scroll, Visitors.Count(), Visitors.ToBytes()];

    /// <param name="reader">Holds <see cref="Columns"/> in order, from ordinal <paramref name="first"/> on.</param>
    /// <param name="first">Ordinal of the first of them.</param>
    internal static HitSum Read(NpgsqlDataReader reader, int first) => new()
    {
        Hits = reader.GetInt64(first),
        PageViews = reader.GetInt64(first + 1),
        Events = reader.GetInt64(first + 2),
        EngagedMs = reader.GetInt64(first + 3),
        Engagements = reader.GetInt64(first + 4),
        Scroll = reader.GetInt64(first + 5),
        Visitors = VisitorSketch.Parse(reader.GetFieldValue<byte[]>(first + 7)),
    };
}
