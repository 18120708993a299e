using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>Where an experiment is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExperimentStatus>))]
public enum ExperimentStatus
{
    /// <summary>There is none.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It's being written.</summary>
    [JsonStringEnumMemberName("draft")]
    Draft,

    /// <summary>Visitors are given variants.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Nobody is given one for the time being.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>It's over.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>It's put away.</summary>
    [JsonStringEnumMemberName("archived")]
    Archived,
}

/// <summary>Variants that are tried on visitors.</summary>
[StateType("experiments.experiment", 1)]
public sealed record Experiment : IState<Experiment>
{
    public static Experiment Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such experiment.");

    public ExperimentStatus Status { get; init; }

    public string Key { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Null: there is none yet.</summary>
    public ExperimentContent? Content { get; init; }

    /// <summary>Variants of those who test it, by their ids.</summary>
    public ImmutableSortedDictionary<string, string> Overrides { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The variant that everybody gets since it's over; null: none.</summary>
    public string? RolledOut { get; init; }

    public long Version { get; init; }

    internal bool Exists => Status is not (ExperimentStatus.None or ExperimentStatus.Archived);

    internal bool IsUnderWay => Status is ExperimentStatus.Running or ExperimentStatus.Paused;

    public Experiment Evolve(object @event, long version) => (@event switch
    {
        ExperimentDeclared e => this with { Status = ExperimentStatus.Draft, Key = e.Key, Name = e.Name, Content = e.Content },
        ExperimentChanged e => this with { Name = e.Name, Content = e.Content },
        ExperimentOverridesSet e => this with { Overrides = e.Overrides.ToImmutableSortedDictionary(o => o.Unit, o => o.Variant, StringComparer.Ordinal) },
        ExperimentStarted e => this with { Status = ExperimentStatus.Running, StartedAt = e.StartedAt },
        ExperimentCoverageRaised e => this with { Content = Content! with { Coverage = e.Coverage } },
        ExperimentPaused => this with { Status = ExperimentStatus.Paused },
        ExperimentResumed => this with { Status = ExperimentStatus.Running },
        ExperimentStopped e => this with { Status = ExperimentStatus.Stopped, RolledOut = e.RolledOut },
        ExperimentConcluded e => this with { Status = ExperimentStatus.Stopped, RolledOut = e.RolledOut },
        ExperimentRolledBack => this with { RolledOut = null },
        ExperimentArchived => this with { Status = ExperimentStatus.Archived, RolledOut = null },
        _ => this,
    }) with
    { Version = version };
}

/// <summary>All experiments of a tenant, so that they stay few, no two have a key, and those of one space that are under way don't overlap.</summary>
[StateType("experiments.experiment-list", 1)]
public sealed record ExperimentList : IState<ExperimentList>
{
    public const int Most = 200;

    public static ExperimentList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("experiments.experiment-list");

    /// <summary>Keys.</summary>
    public ImmutableSortedDictionary<Guid, string> Experiments { get; init; } = ImmutableSortedDictionary<Guid, string>.Empty;

    /// <summary>Parts of spaces of those that are under way.</summary>
    public ImmutableSortedDictionary<Guid, ExperimentSpace> Spaces { get; init; } = ImmutableSortedDictionary<Guid, ExperimentSpace>.Empty;

    public long Version { get; init; }

    public ExperimentList Evolve(object @event, long version) => (@event switch
    {
        ExperimentListed e => this with { Experiments = Experiments.SetItem(e.ExperimentId, e.Key) },
        ExperimentUnlisted e => this with { Experiments = Experiments.Remove(e.ExperimentId) },
        ExperimentSpaceTaken e => this with { Spaces = Spaces.SetItem(e.ExperimentId, e.Space) },
        ExperimentSpaceFreed e => this with { Spaces = Spaces.Remove(e.ExperimentId) },
        _ => this,
    }) with
    { Version = version };

    /// <summary>What stands against an experiment's being under way; null: nothing.</summary>
    internal Rejection? RefuseSpace(Guid id, ExperimentSpace? space) => space is not null && Spaces.FirstOrDefault(other => other.Key != id && other.Value.Overlaps(space)) is { Value: not null } holder
        ? Reject.Conflict("namespace", $"Experiment {Experiments.GetValueOrDefault(holder.Key, $"{holder.Key}")} is under way in {space.Name} from {Number(holder.Value.Start)} to {Number(holder.Value.End)}.")
        : null;

    private static string Number(double x) => FormattableString.Invariant($"{x:R}");

    /// <summary>What goes to the list when an experiment is over.</summary>
    internal StreamEvents Freed(Guid id) => new(Id, Spaces.ContainsKey(id) ? [new ExperimentSpaceFreed(id)] : []);
}

/// <summary>What experiments need to know of the sites that they are on; folded from a site's own stream.</summary>
[StateType("experiments.site", 1)]
public sealed record ExperimentSite : IState<ExperimentSite>
{
    public static ExperimentSite Initial { get; } = new();

    public bool Exists { get; init; }

    public long Version { get; init; }

    public ExperimentSite Evolve(object @event, long version) => this with { Exists = Exists || @event is Sites.SiteCreated, Version = version };
}
