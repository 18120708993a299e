using System.Collections.Immutable;
using NpgsqlTypes;
using Platform.Domain.Monitoring;
using Platform.EventStore;

namespace Platform.Projections.Monitoring;

/// <summary>An operation in a step of time.</summary>
/// <param name="At">When the step begins.</param>
/// <param name="Durations">How long it took.</param>
public sealed record PerformanceStep(DateTimeOffset At, Durations Durations);

/// <summary>How long the platform took for a tenant.</summary>
/// <param name="Operations">By operation, in their usual order, the steps in which it was done.</param>
public sealed record PerformanceAnswer(IReadOnlyList<(string Operation, ImmutableArray<PerformanceStep> Steps)> Operations)
{
    /// <param name="session">The tenant's.</param>
    /// <param name="from">Begin, on a step.</param>
    /// <param name="to">End, on a step.</param>
    /// <param name="step">A quarter of an hour, or some of them that make a day.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Answer<PerformanceAnswer>> FindAsync(IQuerySession session, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(PerformanceByQuarterHour.ReadModel,
            "select operation, at, count, refused, failed, microseconds, buckets from read.performance_by_quarter_hour where at >= $1 and at < $2 order by at",
            [new() { Value = from.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = to.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz }],
            row => (Operation: row.GetString(0), At: row.GetFieldValue<DateTimeOffset>(1), Durations: PerformanceByQuarterHour.DurationsAt(row, 2, 6)), cancel);
        return new(
            [
                new PerformanceAnswer([.. Domain.Monitoring.Operations.All.Select(operation => (operation, rows.Items.Where(row => row.Operation == operation)
                    .GroupBy(row => new DateTimeOffset(row.At.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero))
                    .Select(at => new PerformanceStep(at.Key, at.Aggregate(Durations.None, (sum, row) => sum.With(row.Durations)))).ToImmutableArray()))]),
            ], rows.Index, rows.Lag);
    }
}
