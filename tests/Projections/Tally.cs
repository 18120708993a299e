using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Tests;

/// <summary>How many renamings a site's stream has: counts each twice if it is applied twice, and misses what is skipped.</summary>
public sealed record Tally(int Count, long Version, string Last);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Tally))]
public sealed partial class TallyJson : JsonSerializerContext;

public sealed class TallyProjection(ProjectionLifecycle lifecycle = ProjectionLifecycle.Async, int version = 1, string name = "test_tally") : SingleStreamProjection<Tally>
{
    /// <summary>Runs before each event; throws, waits, or nothing.</summary>
    public Action<Event> Before { get; set; } = _ => { };

    public TimeSpan Resting { get; init; }

    public override string Name => name;
    public override int Version => version;
    public override ProjectionLifecycle Lifecycle => lifecycle;
    public override TimeSpan Rest => Resting;
    public override IReadOnlyList<string> EventTypes { get; } = ["sites.site-renamed"];
    protected override JsonTypeInfo<Tally> Json => TallyJson.Default.Tally;

    protected override IReadOnlyList<(ReadColumn Column, Func<Tally, object?> Value)> Columns => version is 1 or 3
        ? [(new("count", "int not null", NpgsqlDbType.Integer), t => t.Count)]
        : [(new("twice", "bigint not null", NpgsqlDbType.Bigint), t => 2L * t.Count), (new("count", "int not null", NpgsqlDbType.Integer), t => t.Count)];

    public override Tally? Evolve(Tally? document, Event e)
    {
        Before(e);
        return new Tally((document?.Count ?? 0) + 1, e.Version, ((SiteRenamed)e.Data).Name);
    }

    /// <summary>Sum of all counts that the tenant sees, with the log index it reflects.</summary>
    public async Task<(long Sum, long Index)> SumAsync(DocumentStore store, string tenant = ProjectionFixture.TenantId)
    {
        var answer = await store.QuerySession(tenant).QueryAsync(name, $"select coalesce(sum(count), 0) from read.{name}", [], row => row.GetInt64(0));
        return (answer.Items[0], answer.Index);
    }

    public static object[] Renamings(Guid site, int count) => [.. Enumerable.Range(1, count).Select(n => new SiteRenamed(site, $"name {n}"))];
}

/// <summary>Every type of column; the key has a time and two texts.</summary>
public sealed class WideProjection : FlatTableProjection
{
    public override string Name => "test_wide";
    public override IReadOnlyList<string> EventTypes { get; } = ["sites.site-renamed"];

    public override ReadTable Table { get; } = new(
        [
            new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("first", "text not null", NpgsqlDbType.Text),
            new("second", "varchar(80) not null", NpgsqlDbType.Varchar),
        ],
        [
            new("site", "uuid", NpgsqlDbType.Uuid), new("big", "bigint", NpgsqlDbType.Bigint), new("small", "int", NpgsqlDbType.Integer),
            new("yes", "boolean", NpgsqlDbType.Boolean), new("ratio", "double precision", NpgsqlDbType.Double), new("body", "jsonb", NpgsqlDbType.Jsonb),
            new("seen", "timestamptz", NpgsqlDbType.TimestampTz), new("note", "text", NpgsqlDbType.Text),
        ],
        ["site, at"]);

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    protected override void Apply(Event e, RowBatch rows)
    {
        var name = ((SiteRenamed)e.Data).Name;
        switch (name)
        {
            case "fill":
                rows.Upsert(e.TenantId, [Start.AddMicroseconds(1), "a\u001fb", "c"], [e.StreamId, long.MaxValue, -1, true, 0.1, "{\"ü\": 1}"u8.ToArray(), Start, "x"]);
                rows.Upsert(e.TenantId, [Start.AddMicroseconds(2), "a", "b\u001fc"], [null, null, null, null, null, null, null, null]);
                rows.Upsert(e.TenantId, [Start.AddMicroseconds(1), "a", "b\u001fc"], [null, 1L, null, null, null, null, null, null]);
                rows.Upsert(e.TenantId, [Start.AddMicroseconds(1).ToOffset(TimeSpan.FromHours(2)), "a", "b\u001fc"], [null, 2L, null, null, null, null, null, null]);
                break;
            case "remove":
                rows.Delete(e.TenantId, [Start.AddMicroseconds(2), "a", "b\u001fc"]);
                break;
            case "remove and put back":
                rows.Delete(e.TenantId, [Start.AddMicroseconds(1), "a\u001fb", "c"]);
                rows.Upsert(e.TenantId, [Start.AddMicroseconds(1), "a\u001fb", "c"], [null, 7L, null, null, null, null, null, null]);
                break;
        }
    }
}

/// <summary>A column that not every event's value fits.</summary>
public sealed class NarrowProjection : FlatTableProjection
{
    public override string Name => "test_narrow";
    public override IReadOnlyList<string> EventTypes { get; } = ["sites.site-renamed"];
    public override ReadTable Table { get; } = new([new("stream", "uuid not null", NpgsqlDbType.Uuid), new("version", "bigint not null", NpgsqlDbType.Bigint)], [new("name", "varchar(10) not null", NpgsqlDbType.Varchar)], []);

    protected override void Apply(Event e, RowBatch rows) => rows.Upsert(e.TenantId, [e.StreamId, e.Version], [((SiteRenamed)e.Data).Name]);
}
