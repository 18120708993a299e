using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Analytics;

/// <summary>What a metric's values are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricKind>))]
public enum MetricKind
{
    /// <summary>A whole number, at least 0.</summary>
    [JsonStringEnumMemberName("count")]
    Count,

    /// <summary>A duration, at least 0.</summary>
    [JsonStringEnumMemberName("milliseconds")]
    Milliseconds,

    /// <summary>Any number.</summary>
    [JsonStringEnumMemberName("number")]
    Number,

    /// <summary>True or false.</summary>
    [JsonStringEnumMemberName("boolean")]
    Boolean,

    /// <summary>At most 200 characters.</summary>
    [JsonStringEnumMemberName("text")]
    Text,
}

/// <summary>What a site, or the tenant, measured elsewhere.</summary>
/// <param name="Metrics">By name of the metric.</param>
/// <param name="SiteId">Null: of the tenant as a whole.</param>
[EventType("analytics.metrics-recorded")]
public sealed record MetricsRecorded(Fields Metrics, Guid? SiteId = null);

/// <summary>The tenant records a metric of its own from now on.</summary>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="Kind">What its values are.</param>
[EventType("analytics.metric-declared")]
public sealed record MetricDeclared(string Name, MetricKind Kind);

/// <summary>A metric that the tenant declared; a stream a name.</summary>
[StateType("analytics.metric", 1)]
public sealed record MetricDefinition : IState<MetricDefinition>
{
    public static MetricDefinition Initial { get; } = new();

    /// <summary>Those that every tenant has.</summary>
    public static ImmutableSortedDictionary<string, MetricKind> BuiltIn { get; } =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("page_views", MetricKind.Count), KeyValuePair.Create("load_time", MetricKind.Milliseconds)]);

    public long Version { get; init; }

    /// <summary>Null: it isn't declared.</summary>
    public MetricKind? Kind { get; init; }

    public static Guid IdOf(string name) => DerivedId.From("analytics.metric", name);

    public static bool IsName(string name) => AnalyticsName.IsOne(name);

    public MetricDefinition Evolve(object @event, long version) => this with { Version = version, Kind = @event is MetricDeclared declared ? declared.Kind : Kind };
}

/// <summary>What was recorded of a site, or of the tenant, on a day: a stream a day.</summary>
[StateType("analytics.metric-record", 1)]
public sealed record MetricRecord : IState<MetricRecord>
{
    public static MetricRecord Initial { get; } = new();

    public long Version { get; init; }

    public static Guid IdOf(Guid? siteId, DateTimeOffset at) => DerivedId.From("analytics.metric-record", siteId?.ToString() ?? "", at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    public MetricRecord Evolve(object @event, long version) => this with { Version = version };
}

/// <summary>Declares a metric.</summary>
/// <param name="Name">A lower-case letter and up to 49 letters, digits and underscores; none that is built in.</param>
/// <param name="Kind">What its values are; it stays so.</param>
public sealed record DeclareMetric(string Name, MetricKind Kind) : ICommand<DeclareMetric, MetricDefinition>
{
    public static Decision Decide(DeclareMetric command, MetricDefinition state) =>
        !MetricDefinition.IsName(command.Name) ? Reject.Invalid("name", AnalyticsName.Rule)
        : !Enum.IsDefined(command.Kind) ? Reject.Invalid("kind", "Must be count, milliseconds, number, boolean or text.")
        : MetricDefinition.BuiltIn.ContainsKey(command.Name) ? Reject.Conflict("name", "It's built in.")
        : state.Kind == command.Kind ? Decision.Nothing
        : state.Kind is not null ? Reject.Conflict("kind", "The metric is declared with another kind, and values were recorded by it.")
        : Decision.Of(new MetricDeclared(command.Name, command.Kind));
}

/// <summary>Records values of metrics.</summary>
/// <param name="SiteId">Of which site; null: of the tenant.</param>
/// <param name="Metrics">1 to 50, by name.</param>
public sealed record RecordMetrics(Guid? SiteId, Fields Metrics)
{
    public const int MaxMetrics = 50;

    private const int MaxText = 200;

    /// <summary>Why it's not even looked what was declared; null: go on.</summary>
    public static Rejection? Refuse(RecordMetrics command) =>
        command.Metrics.IsEmpty ? Reject.Invalid("$", "Name at least one metric.")
        : command.Metrics.Values.Count > MaxMetrics ? Reject.Invalid("$", $"At most {MaxMetrics} metrics at once.")
        : null;

    /// <param name="command">The command.</param>
    /// <param name="declared">Kinds of the command's metrics, those that are built in apart.</param>
    public static Decision Decide(RecordMetrics command, IReadOnlyDictionary<string, MetricKind> declared)
    {
        if (Refuse(command) is { } refused)
            return refused;
        var errors = new FieldErrors();
        foreach (var (name, value) in command.Metrics.Values)
            errors.Add(name, MetricDefinition.BuiltIn.TryGetValue(name, out var kind) || declared.TryGetValue(name, out kind)
                ? Problem(kind, value) : "There is no such metric: declare it first, at /api/analytics/metric-definitions.");
        return errors.Rejection is { } rejected ? rejected : Decision.Of(new MetricsRecorded(command.Metrics, command.SiteId));
    }

    private static string? Problem(MetricKind kind, JsonElement value) => kind switch
    {
        MetricKind.Count => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? null : "Must be a whole number of at least 0.",
        MetricKind.Milliseconds => value.ValueKind is JsonValueKind.Number && value.GetDouble() >= 0 ? null : "Must be a number of milliseconds, at least 0.",
        MetricKind.Number => value.ValueKind is JsonValueKind.Number ? null : "Must be a number.",
        MetricKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false.",
        _ => value.ValueKind is JsonValueKind.String && value.GetString()!.Length <= MaxText ? null : $"Must be a text of at most {MaxText} characters.",
    };
}
