using System.Collections.Immutable;
using Platform.Domain.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>How long the platform took for a tenant.</summary>
/// <param name="From">Begin of the first step.</param>
/// <param name="To">End of the last step.</param>
/// <param name="Step"><c>quarter-hour</c>, <c>hour</c> or <c>day</c>.</param>
/// <param name="Operations">Those that were done.</param>
public sealed record PerformanceView(DateTimeOffset From, DateTimeOffset To, string Step, ImmutableArray<OperationView> Operations);

/// <summary>An operation.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Total">Over all steps.</param>
/// <param name="Steps">Those in which it was done.</param>
public sealed record OperationView(string Operation, DurationsView Total, ImmutableArray<OperationStepView> Steps);

/// <summary>An operation in a step.</summary>
/// <param name="At">Begin of the step.</param>
/// <param name="Durations">How long it took.</param>
public sealed record OperationStepView(DateTimeOffset At, DurationsView Durations);

/// <summary>How long something took.</summary>
/// <param name="Count">How often it was done.</param>
/// <param name="Refused">How often of those the caller was at fault.</param>
/// <param name="Failed">How often of those it failed.</param>
/// <param name="MeanMs">Milliseconds.</param>
/// <param name="P50Ms">Milliseconds that half of them took at most.</param>
/// <param name="P95Ms">Milliseconds that 95 of 100 took at most.</param>
/// <param name="P99Ms">Milliseconds that 99 of 100 took at most.</param>
public sealed record DurationsView(long Count, long Refused, long Failed, double? MeanMs, double? P50Ms, double? P95Ms, double? P99Ms)
{
    internal static DurationsView Of(Durations own) => new(own.Count, own.Refused, own.Failed, Round(own.Mean()), Round(own.Quantile(0.5)), Round(own.Quantile(0.95)), Round(own.Quantile(0.99)));

    private static double? Round(double? milliseconds) => milliseconds is { } value ? Math.Round(value, 3) : null;
}
