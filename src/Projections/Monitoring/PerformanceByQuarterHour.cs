using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Monitoring;

/// <summary>An operation in a quarter of an hour.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
public readonly record struct OperationQuarterHour(DateTimeOffset At, string Operation);

/// <summary>A row of <see cref="PerformanceByQuarterHour"/>.</summary>
public sealed class PerformanceSum
{
    public Durations Durations { get; internal set; } = Durations.None;
}

/// <summary>How long the platform took for what a tenant had it do, on all nodes, in each quarter of an hour.</summary>
public sealed class PerformanceByQuarterHour : RollUpProjection<OperationQuarterHour, PerformanceSum>
{
    public const string ReadModel = "performance_by_quarter_hour";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PerformanceMeasured));

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("operation", "varchar collate \"C\" not null", NpgsqlDbType.Varchar)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("count", "bigint not null", NpgsqlDbType.Bigint),
        new("refused", "bigint not null", NpgsqlDbType.Bigint),
        new("failed", "bigint not null", NpgsqlDbType.Bigint),
        new("microseconds", "bigint not null", NpgsqlDbType.Bigint),
        new("p50_ms", "double precision", NpgsqlDbType.Double),
        new("p95_ms", "double precision", NpgsqlDbType.Double),
        new("p99_ms", "double precision", NpgsqlDbType.Double),
        new("buckets", "jsonb not null", NpgsqlDbType.Jsonb),
    ];

    public override AnalystView Analysts { get; } = new(
        ReadModel, "How long did the platform take?", "an operation in a quarter of an hour, on all nodes", ["at", "operation"],
        [
            new("at", "When the quarter of an hour begins, UTC."),
            new("operation", "read, write, expensive: requests; tracking: requests with visitors' events; database: statements of requests; webhook, mail: deliveries; recommender: questions to the recommendation service."),
            new("count", "How often it was done."),
            new("refused", "How often of those the caller was at fault: answers of 400 to 499."),
            new("failed", "How often of those it failed."),
            new("mean_ms", "Milliseconds, the mean.", "microseconds / 1000.0::double precision / nullif(count, 0)", "double precision", Nullable: true),
            new("p50_ms", "Milliseconds that half of them took at most, by a fifth more or less."),
            new("p95_ms", "Milliseconds that 95 of 100 took at most, likewise."),
            new("p99_ms", "Milliseconds that 99 of 100 took at most, likewise."),
        ],
        "select operation, sum(count) as count, sum(failed) as failed, max(p95_ms) as worst_p95_ms from analytics.performance_by_quarter_hour where at >= now() - interval '1 day' group by operation order by 1",
        Permission.AnalyticsRead);

    protected override IEnumerable<OperationQuarterHour> KeysOf(Event e) => e.Data is PerformanceMeasured measured ? measured.Measured.Select(one => KeyOf(measured, one)) : [];

    public override void Add(Event e, IRollUp<OperationQuarterHour, PerformanceSum> rows)
    {
        if (e.Data is PerformanceMeasured measured)
            foreach (var one in measured.Measured)
            {
                var sum = rows.Of(KeyOf(measured, one));
                sum.Durations = sum.Durations.With(one.Durations);
            }
    }

    public override PerformanceSum Zero() => new();

    protected override object[] Values(OperationQuarterHour key) => [key.At, key.Operation];

    protected override object?[] Values(PerformanceSum sum) => sum.Durations is var own
        ? [own.Count, own.Refused, own.Failed, own.Microseconds, own.Quantile(0.5), own.Quantile(0.95), own.Quantile(0.99), JsonSerializer.SerializeToUtf8Bytes(own.Buckets, MonitoringReadJson.Default.ImmutableArrayInt64)]
        : [];

    protected override (OperationQuarterHour Key, PerformanceSum Sum) Read(NpgsqlDataReader reader, int first) =>
        (new OperationQuarterHour(reader.GetFieldValue<DateTimeOffset>(first), reader.GetString(first + 1)), new PerformanceSum { Durations = DurationsAt(reader, first + 2, first + 9) });

    protected override int BytesOf(PerformanceSum sum) => 100 + 8 * sum.Durations.Buckets.Length;

    internal static Durations DurationsAt(NpgsqlDataReader reader, int first, int buckets) => new(
        reader.GetInt64(first), reader.GetInt64(first + 1), reader.GetInt64(first + 2), reader.GetInt64(first + 3),
        JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(buckets), MonitoringReadJson.Default.ImmutableArrayInt64));

    private static OperationQuarterHour KeyOf(PerformanceMeasured measured, MeasuredOperation one) => new(QuarterHour.Of(measured.From), one.Operation);
}
