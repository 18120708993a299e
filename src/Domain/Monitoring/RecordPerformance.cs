using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Domain.Monitoring;

/// <summary>Something that a node did for a tenant.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Durations">How long it took.</param>
public sealed record MeasuredOperation(string Operation, Durations Durations);

/// <summary>What is measured by tenant.</summary>
public static class Operations
{
    /// <summary>Requests that read.</summary>
    public const string Read = "read";

    /// <summary>Commands.</summary>
    public const string Write = "write";

    /// <summary>Requests that look at much.</summary>
    public const string Expensive = "expensive";

    /// <summary>Visitors' events that came in, by requests.</summary>
    public const string Tracking = "tracking";

    /// <summary>Statements of the database, of requests.</summary>
    public const string Database = "database";

    /// <summary>Deliveries to webhooks.</summary>
    public const string Webhook = "webhook";

    /// <summary>Mails to the mail server.</summary>
    public const string Mail = "mail";

    /// <summary>Questions that the tenant's recommendation service was sent.</summary>
    public const string Recommender = "recommender";

    public static IReadOnlyList<string> All { get; } = [Read, Write, Expensive, Tracking, Database, Webhook, Mail, Recommender];
}

/// <summary>How long a node took for what the tenant had it do, within at most a quarter of an hour.</summary>
/// <param name="NodeId">The process.</param>
/// <param name="From">When it began to measure.</param>
/// <param name="Measured">By operation; only what was done.</param>
[EventType("monitoring.performance-measured")]
public sealed record PerformanceMeasured(Guid NodeId, DateTimeOffset From, ImmutableArray<MeasuredOperation> Measured);

/// <summary>What a node measured for a tenant on a day: one stream.</summary>
[StateType("monitoring.performance", 1)]
public sealed record PerformanceRecord : IState<PerformanceRecord>
{
    public static PerformanceRecord Initial { get; } = new();

    /// <summary>Beginning of what was measured last; null: nothing was.</summary>
    public DateTimeOffset? Last { get; init; }

    public long Version { get; init; }

    public static Guid IdOf(Guid nodeId, DateTimeOffset from) => DerivedId.From("monitoring.performance", nodeId.ToString(), from.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public PerformanceRecord Evolve(object @event, long version) => this with { Version = version, Last = @event is PerformanceMeasured measured ? measured.From : Last };
}

/// <summary>Keeps what a node measured.</summary>
/// <param name="NodeId">The process.</param>
/// <param name="From">When it began to measure: later than what it measured before.</param>
/// <param name="Measured">By operation.</param>
public sealed record RecordPerformance(Guid NodeId, DateTimeOffset From, ImmutableArray<MeasuredOperation> Measured) : ICommand<RecordPerformance, PerformanceRecord>
{
    public static Decision Decide(RecordPerformance command, PerformanceRecord state) =>
        command.From <= state.Last || command.Measured.IsEmpty ? Decision.Nothing : Decision.Of(new PerformanceMeasured(command.NodeId, command.From, command.Measured));
}
