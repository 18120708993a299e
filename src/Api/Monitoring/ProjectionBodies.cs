using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Projections.Monitoring;

namespace Platform.Api.Monitoring;

/// <summary>How a read model is to be rebuilt.</summary>
/// <param name="TenantId">Only this tenant's rows; default: everything.</param>
/// <param name="Region">The region whose models are meant; default: that of the node asked.</param>
/// <param name="SwapDifferent">Let it take the place even of a model that differs, or with events parked; default: no.</param>
/// <param name="Reason">1-1,000 characters; recorded.</param>
public sealed record RebuildBody(string? TenantId, string? Region, bool? SwapDifferent, string? Reason);

/// <summary>Which read models are to be rebuilt, and how.</summary>
/// <param name="Projections">Their names, or <c>["*"]</c> for all.</param>
/// <param name="TenantId">Only this tenant's rows; default: everything.</param>
/// <param name="Region">The region whose models are meant; default: that of the node asked.</param>
/// <param name="SwapDifferent">Let each take the place even of a model that differs, or with events parked; default: no.</param>
/// <param name="Reason">1-1,000 characters; recorded.</param>
public sealed record RebuildsBody(ImmutableArray<string?>? Projections, string? TenantId, string? Region, bool? SwapDifferent, string? Reason);

/// <summary>How far a build is.</summary>
/// <param name="Position">Next log index to read.</param>
/// <param name="Target">The log index to get to.</param>
/// <param name="Rate">Log indices a second; absent: not known yet.</param>
/// <param name="RemainingSeconds">At that rate.</param>
public sealed record BuildPosition(long Position, long Target, double? Rate, double? RemainingSeconds);

/// <summary>A rebuild of a read model, with how far it is.</summary>
/// <param name="Id">The rebuild; of several models at once the same.</param>
/// <param name="Projection">The model.</param>
/// <param name="State"><c>requested</c>, <c>building</c>, <c>finished</c> or <c>cancelled</c>.</param>
/// <param name="CodeVersion">The version of the projection's code that it's built by.</param>
/// <param name="SwapDifferent">It takes the place even of a model that differs, or with events parked.</param>
/// <param name="TenantId">Only this tenant's rows; absent: everything.</param>
/// <param name="Reason">Of the operator.</param>
/// <param name="RequestedBy">Who asked for it; the platform itself for a new version of its code.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Progress">How far it is.</param>
public sealed record RebuildView(
    Guid Id, string Projection, string State, int CodeVersion, bool SwapDifferent, string? TenantId, string? Reason, string? RequestedBy, DateTimeOffset RequestedAt,
    DateTimeOffset? EndedAt, RebuildOutcome? Outcome, BuildPosition? Progress)
{
    private const string Building = "building";

    /// <param name="rebuild">As its events say.</param>
    /// <param name="statuses">Where all generations stand.</param>
    public static RebuildView Of(ProjectionRebuildDetails rebuild, IEnumerable<ProjectionStatus> statuses)
    {
        var build = rebuild.State != ProjectionRebuildDetails.Requested ? null
            : statuses.FirstOrDefault(s => s.Name == rebuild.Projection && s.State == Building && s.Version == rebuild.CodeVersion && s.TenantId == rebuild.TenantId);
        return new RebuildView(
            rebuild.Id, rebuild.Projection, build is null ? rebuild.State : Building, rebuild.CodeVersion, rebuild.SwapDifferent, rebuild.TenantId, rebuild.Reason, rebuild.RequestedBy,
            rebuild.RequestedAt, rebuild.EndedAt, rebuild.Outcome,
            build is null ? null : new BuildPosition(build.Position, build.Target ?? build.Position + build.Lag, build.Rate, build.RemainingSeconds));
    }
}

/// <summary>A rebuild of several read models in one pass.</summary>
/// <param name="Id">The rebuild.</param>
/// <param name="Projections">Each model's part.</param>
public sealed record RebuildsView(Guid Id, IReadOnlyList<RebuildView> Projections);

/// <summary>A read model, with all of its generations.</summary>
/// <param name="Name">Also the view in schema <c>read</c>.</param>
/// <param name="Pause">Absent: it isn't paused.</param>
/// <param name="Rebuild">The one under way; absent: none is.</param>
/// <param name="Generations">The tables that there are of it.</param>
/// <param name="Version">Of the stream of what operators did: what If-Match takes; 0: nothing yet.</param>
public sealed record ProjectionView(string Name, ProjectionPause? Pause, RebuildView? Rebuild, IReadOnlyList<ProjectionStatus> Generations, long Version);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(RebuildBody))]
[JsonSerializable(typeof(RebuildsBody))]
internal sealed partial class ProjectionBodies : JsonSerializerContext;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<ProjectionStatus>))]
[JsonSerializable(typeof(Page<SubscriptionStatus>))]
[JsonSerializable(typeof(Page<ParkedEvent>))]
[JsonSerializable(typeof(Page<RebuildView>))]
[JsonSerializable(typeof(RebuildView))]
[JsonSerializable(typeof(RebuildsView))]
[JsonSerializable(typeof(ProjectionView))]
[JsonSerializable(typeof(PerformanceView))]
internal sealed partial class MonitoringBodies : JsonSerializerContext;
