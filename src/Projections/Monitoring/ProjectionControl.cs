using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Monitoring;
using Platform.EventStore;

namespace Platform.Projections.Monitoring;

/// <summary>That a read model is paused.</summary>
/// <param name="Reason">Of the operator.</param>
/// <param name="By">Who.</param>
/// <param name="Since">When.</param>
public sealed record ProjectionPause(string Reason, string? By, DateTimeOffset Since);

/// <summary>A rebuild of a read model.</summary>
/// <param name="Id">The rebuild; of several models at once the same.</param>
/// <param name="Projection">The model.</param>
/// <param name="State"><c>requested</c>: asked for or being built; <c>finished</c>; <c>cancelled</c>.</param>
/// <param name="CodeVersion">The version of the projection's code that it's built by.</param>
/// <param name="SwapDifferent">It takes the place even of a model that differs, or with events parked.</param>
/// <param name="TenantId">Only this tenant's rows; absent: everything.</param>
/// <param name="Reason">Of the operator.</param>
/// <param name="RequestedBy">Who asked for it; the platform itself for a new version of its code.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Outcome">What came of it; absent: it isn't finished.</param>
public sealed record ProjectionRebuildDetails(
    Guid Id, string Projection, string State, int CodeVersion, bool SwapDifferent, string? TenantId, string? Reason, string? RequestedBy, DateTimeOffset RequestedAt,
    DateTimeOffset? EndedAt = null, RebuildOutcome? Outcome = null)
{
    public const string Requested = "requested", Finished = "finished", Cancelled = "cancelled";
}

/// <summary>What operators want of a read model, and what was done.</summary>
/// <param name="Projection">The model's name.</param>
/// <param name="Pause">Absent: it isn't paused.</param>
/// <param name="Rebuilds">Latest first, at most <see cref="MostRebuilds"/>; earlier ones are in the audit trail.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record ProjectionControl(string Projection, ProjectionPause? Pause, ImmutableArray<ProjectionRebuildDetails> Rebuilds, long Version)
{
    public const string ReadModel = "projection_controls";

    /// <summary>Rebuilds that are kept.</summary>
    public const int MostRebuilds = 100;

    /// <summary>Those that are paused, or have a rebuild to be done: for the jobs that carry both out.</summary>
    public static Task<IReadOnlyList<ProjectionControl>> FindWantedAsync(IDocumentStore store, CancellationToken cancel) => store.FindWorkAsync(
        """
        select data from read.projection_controls where tenant_id = $1 and (data ? 'pause' or data @> '{"rebuilds": [{"state": "requested"}]}') order by id
        """, [new() { Value = DocumentStore.PlatformTenant, NpgsqlDbType = NpgsqlDbType.Varchar }],
        row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), MonitoringReadJson.Default.ProjectionControl)!, cancel);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProjectionControl))]
[JsonSerializable(typeof(ImmutableArray<long>))]
public sealed partial class MonitoringReadJson : JsonSerializerContext;

public sealed class ProjectionControls : SingleStreamProjection<ProjectionControl>
{
    public override string Name => ProjectionControl.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ProjectionPaused), typeof(ProjectionResumed), typeof(ProjectionRebuildRequested), typeof(ProjectionRebuildCancelled), typeof(ProjectionRebuildFinished),
        typeof(ProjectionVersionBuilt), typeof(ParkedEventRetried), typeof(ParkedEventSkipped), typeof(GenerationDropped));

    public override string NotForAnalysts => "What the platform's operators do to read models: rows of the platform's own tenant, shown at /api/projections.";

    protected override JsonTypeInfo<ProjectionControl> Json => MonitoringReadJson.Default.ProjectionControl;

    public override ProjectionControl? Evolve(ProjectionControl? document, Event e) =>
        Changed(document ?? new ProjectionControl("", null, [], 0), e) with { Version = e.Version };

    private static ProjectionControl Changed(ProjectionControl control, Event e) => e.Data switch
    {
        ProjectionPaused x => control with { Projection = x.Projection, Pause = new ProjectionPause(x.Reason, e.Headers.User, e.Timestamp) },
        ProjectionResumed x => control with { Projection = x.Projection, Pause = null },
        ProjectionRebuildRequested x => Begun(control with { Projection = x.Projection }, new ProjectionRebuildDetails(
            x.RebuildId, x.Projection, ProjectionRebuildDetails.Requested, x.CodeVersion, x.SwapDifferent, x.TenantId, x.Reason, e.Headers.User, e.Timestamp)),
        ProjectionRebuildCancelled x => Ended(control, x.RebuildId, r => r with { State = ProjectionRebuildDetails.Cancelled, EndedAt = e.Timestamp }),
        ProjectionRebuildFinished x => Ended(control, x.RebuildId, r => r with { State = ProjectionRebuildDetails.Finished, EndedAt = e.Timestamp, Outcome = x.Outcome }),
        ProjectionVersionBuilt x => Begun(control with { Projection = x.Projection }, new ProjectionRebuildDetails(
            x.RebuildId, x.Projection, ProjectionRebuildDetails.Finished, x.CodeVersion, false, null, null, e.Headers.User, e.Timestamp.AddMilliseconds(-x.Outcome.Milliseconds), e.Timestamp, x.Outcome)),
        ParkedEventRetried x => control with { Projection = x.Projection },
        ParkedEventSkipped x => control with { Projection = x.Projection },
        GenerationDropped x => control with { Projection = x.Projection },
        _ => control,
    };

    private static ProjectionControl Begun(ProjectionControl control, ProjectionRebuildDetails rebuild) =>
        control with { Rebuilds = [rebuild, .. control.Rebuilds.Take(ProjectionControl.MostRebuilds - 1)] };

    private static ProjectionControl Ended(ProjectionControl control, Guid id, Func<ProjectionRebuildDetails, ProjectionRebuildDetails> end) =>
        control with { Rebuilds = [.. control.Rebuilds.Select(r => r.Id == id ? end(r) : r)] };
}
