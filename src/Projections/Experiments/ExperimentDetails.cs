using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Experiments;

/// <summary>Variants that are tried on visitors.</summary>
/// <param name="Id">The experiment; its stream.</param>
/// <param name="Key">What code and exposures call it.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Content">What it tries on whom.</param>
/// <param name="Overrides">Variants of those who test it.</param>
/// <param name="StartedAt">Since when visitors are let in; null: it's a draft.</param>
/// <param name="StoppedAt">When it ended; null: it hasn't.</param>
/// <param name="Because">Why it's paused, stopped or was rolled back; null: it isn't.</param>
/// <param name="Outcome">Of its plan: winner, guardrail or no-winner; null: the platform hasn't ended it.</param>
/// <param name="RolledOut">Key of the variant that everybody whom it concerns gets; null: none.</param>
/// <param name="DeclaredAt">Since when there is one.</param>
/// <param name="DeclaredBy">Who made it so.</param>
/// <param name="ChangedAt">When anything last became of it; null: nothing has.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record ExperimentDetails(
    Guid Id, string Key, string Name, ExperimentStatus Status, ExperimentContent Content, ImmutableArray<VariantOverride> Overrides, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, string? Because,
    string? Outcome, string? RolledOut, DateTimeOffset DeclaredAt, string? DeclaredBy, DateTimeOffset? ChangedAt, long Version)
{
    public const string ReadModel = "experiments";

    /// <summary>In key order, without archived ones.</summary>
    public static Task<Answer<ExperimentDetails>> ListAsync(IQuerySession session, ExperimentStatus? status, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.experiments where key > $1 and status <> 'archived' and ($3::varchar is null or status = $3) order by key limit $2",
        [new() { Value = after }, new() { Value = limit }, new() { Value = (object?)TextOf(status) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar }], row => Read(row.GetFieldValue<byte[]>(0)).Experiment, cancel);

    /// <summary>What changed after a place in the log, archived ones among it; of all that there is, those that may give somebody a variant.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<KeptExperiment>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.experiments where tenant_id = $1 and changed > $2 and (is_given or $2 >= 0)",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }], row => Read(row.GetFieldValue<byte[]>(0)), cancel);

    /// <summary>As it's written and asked for.</summary>
    internal static string? TextOf(ExperimentStatus? status) => status?.ToString().ToLowerInvariant();

    private static KeptExperiment Read(byte[] json) => JsonSerializer.Deserialize(json, ExperimentsReadJson.Default.KeptExperiment)!;
}

/// <summary>An experiment as it's shown, with where in the log it last changed.</summary>
/// <param name="Experiment">As it is now.</param>
/// <param name="Changed">Log index of the event that made it so.</param>
public sealed record KeptExperiment(ExperimentDetails Experiment, long Changed);

public sealed class ExperimentsProjection : SingleStreamProjection<KeptExperiment>
{
    public override string Name => ExperimentDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ExperimentDeclared), typeof(ExperimentChanged), typeof(ExperimentOverridesSet), typeof(ExperimentStarted), typeof(ExperimentCoverageRaised), typeof(ExperimentPaused), typeof(ExperimentResumed),
        typeof(ExperimentStopped), typeof(ExperimentConcluded), typeof(ExperimentRolledBack), typeof(ExperimentArchived));

    protected override JsonTypeInfo<KeptExperiment> Json => ExperimentsReadJson.Default.KeptExperiment;

    protected override IReadOnlyList<(ReadColumn Column, Func<KeptExperiment, object?> Value)> Columns { get; } =
    [
        (new("key", "varchar collate \"C\" not null", NpgsqlDbType.Varchar), d => d.Experiment.Key),
        (new("status", "varchar collate \"C\" not null", NpgsqlDbType.Varchar), d => ExperimentDetails.TextOf(d.Experiment.Status)),
        (new("is_given", "boolean not null", NpgsqlDbType.Boolean), d => d.Experiment.Status is ExperimentStatus.Draft or ExperimentStatus.Running or ExperimentStatus.Paused || d.Experiment.RolledOut is not null),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["key", "changed"];

    public override AnalystView Analysts { get; } = new(
        "experiments", "Which experiments are there, and how did they end?", "an experiment", ["id"],
        [
            new("id", "The experiment's stream."),
            new("key", "What code and exposures call it."),
            new("name", "For people.", "data->'experiment'->>'name'", "text"),
            new("status", "draft, running, paused, stopped or archived."),
            new("hypothesis", "What is thought, and why; null: nothing was written down.", "data->'experiment'->'content'->>'hypothesis'", "text"),
            new("variants", "What is tried, as JSON: key, name, weight, value.", "data->'experiment'->'content'->'variants'", "jsonb"),
            new("control", "Key of the variant that the others are compared with.", "data->'experiment'->'content'->>'control'", "text"),
            new("metric", "What is to become better, as JSON.", "data->'experiment'->'content'->'metric'", "jsonb"),
            new("outcome", "Of its decision plan: winner, guardrail or no-winner; null: the platform hasn't ended it.", "data->'experiment'->>'outcome'", "text"),
            new("rolled_out", "Key of the variant that everybody whom it concerns gets; null: none.", "data->'experiment'->>'rolledOut'", "text"),
            new("started_at", "Since when visitors are let in, UTC.", "data->'experiment'->>'startedAt'", "timestamptz"),
            new("stopped_at", "When it ended, UTC.", "data->'experiment'->>'stoppedAt'", "timestamptz"),
            new("declared_at", "Since when there is one, UTC.", "data->'experiment'->>'declaredAt'", "timestamptz"),
            new("version", "Events of the experiment so far.", "data->'experiment'->>'version'", "bigint"),
        ],
        "select key, name, status, outcome, rolled_out from analytics.experiments where status <> 'archived' order by key", Permission.ExperimentsRead);

    public override KeptExperiment? Evolve(KeptExperiment? document, Event e) => e.Data switch
    {
        ExperimentDeclared d => new(new(d.ExperimentId, d.Key, d.Name, ExperimentStatus.Draft, d.Content, [], null, null, null, null, null, e.Timestamp, e.Headers.User, null, e.Version), e.Index ?? 0),
        _ when document is null => null,
        _ when After(document.Experiment, e) is { } experiment => new(experiment with { ChangedAt = e.Timestamp, Version = e.Version }, e.Index ?? 0),
        _ => document,
    };

    private static ExperimentDetails? After(ExperimentDetails before, Event e) => e.Data switch
    {
        ExperimentChanged c => before with { Name = c.Name, Content = c.Content },
        ExperimentOverridesSet o => before with { Overrides = o.Overrides },
        ExperimentStarted s => before with { Status = ExperimentStatus.Running, StartedAt = s.StartedAt },
        ExperimentCoverageRaised c => before with { Content = before.Content with { Coverage = c.Coverage } },
        ExperimentPaused p => before with { Status = ExperimentStatus.Paused, Because = p.Reason },
        ExperimentResumed => before with { Status = ExperimentStatus.Running, Because = null },
        ExperimentStopped s => before with { Status = ExperimentStatus.Stopped, StoppedAt = e.Timestamp, Because = s.Reason, RolledOut = s.RolledOut },
        ExperimentConcluded c => before with { Status = ExperimentStatus.Stopped, StoppedAt = c.DecidedAt, Because = c.Why, Outcome = c.Outcome, RolledOut = c.RolledOut },
        ExperimentRolledBack r => before with { RolledOut = null, Because = r.Reason },
        ExperimentArchived => before with { Status = ExperimentStatus.Archived, RolledOut = null },
        _ => null,
    };
}
