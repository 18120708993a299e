using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Projections.Security;

/// <summary>A look at whether tenants are kept apart.</summary>
/// <param name="Id">The probe.</param>
/// <param name="Status">requested or finished.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="RequestedBy">By whom; the platform itself on its schedule.</param>
/// <param name="FinishedAt">When it was over; absent: it isn't.</param>
/// <param name="Tables">Tables with a tenant that were tried.</param>
/// <param name="TablesWithRows">Those of them in which the other canary tenant had rows.</param>
/// <param name="Attempts">Statements that were tried.</param>
/// <param name="Requests">Requests that were tried; 0: the process that probed doesn't serve the API.</param>
/// <param name="FindingCount">What was found; 0: the tenants are apart.</param>
/// <param name="Findings">The first 100 of them.</param>
/// <param name="Version">Stream version.</param>
public sealed record IsolationProbeDetails(
    Guid Id, string Status, DateTimeOffset RequestedAt, string? RequestedBy, DateTimeOffset? FinishedAt, int Tables, int TablesWithRows, int Attempts, int Requests, int FindingCount,
    ImmutableArray<IsolationFinding> Findings, long Version)
{
    public const string ReadModel = "isolation_probes";
    public const string Requested = "requested", Finished = "finished";

    /// <summary>Latest first.</summary>
    /// <param name="session">The platform's.</param>
    /// <param name="before">From the first before this one; null: from the latest.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, Guid? before, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select id::text, data from read.isolation_probes where $1::uuid is null or id < $1 order by id desc limit $2",
        [new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>The latest that is over; null: there is none.</summary>
    public static async Task<IsolationProbeDetails?> LatestAsync(IQuerySession session, CancellationToken cancel) => (await session.QueryAsync(
        ReadModel, "select data from read.isolation_probes where tenant_id = $1 and status = 'finished' order by id desc limit 1",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }],
        row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), SecurityReadJson.Default.IsolationProbeDetails), cancel)).Items.SingleOrDefault();

    /// <summary>The latest that is over, and those that are still to be carried out, the longest asked for first.</summary>
    public static async Task<(IsolationProbeDetails? Latest, IReadOnlyList<Guid> Wanted)> FindAsync(IDocumentStore store, CancellationToken cancel)
    {
        var found = await store.FindWorkAsync("""
            (select data from read.isolation_probes where tenant_id = $1 and status = 'finished' order by id desc limit 1)
            union all
            (select data from read.isolation_probes where tenant_id = $1 and status = 'requested' order by id)
            """, [new() { Value = DocumentStore.PlatformTenant, NpgsqlDbType = NpgsqlDbType.Varchar }],
            row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), SecurityReadJson.Default.IsolationProbeDetails)!, cancel);
        return (found.FirstOrDefault(probe => probe.Status == Finished), [.. found.Where(probe => probe.Status == Requested).Select(probe => probe.Id)]);
    }
}

public sealed class IsolationProbes : SingleStreamProjection<IsolationProbeDetails>
{
    public override string Name => IsolationProbeDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(IsolationProbeRequested), typeof(IsolationBreached), typeof(IsolationProbed));

    protected override JsonTypeInfo<IsolationProbeDetails> Json => SecurityReadJson.Default.IsolationProbeDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<IsolationProbeDetails, object?> Value)> Columns { get; } = [(new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status)];

    protected override IReadOnlyList<string> Indexes => ["status, id"];

    public override string NotForAnalysts => "What the platform's operators look after: rows of the platform's own tenant, shown at /api/isolation-probes.";

    public override IsolationProbeDetails? Evolve(IsolationProbeDetails? document, Event e) => e.Data switch
    {
        IsolationProbeRequested p => new IsolationProbeDetails(p.ProbeId, IsolationProbeDetails.Requested, e.Timestamp, e.Headers.User, null, 0, 0, 0, 0, 0, [], e.Version),
        _ when document is null => null,
        IsolationBreached p => document with { Findings = document.Findings.Add(new IsolationFinding(p.Rule, p.Subject, p.Detail)), Version = e.Version },
        IsolationProbed p => document with
        {
            Status = IsolationProbeDetails.Finished,
            FinishedAt = e.Timestamp,
            Tables = p.Tables,
            TablesWithRows = p.TablesWithRows,
            Attempts = p.Attempts,
            Requests = p.Requests,
            FindingCount = p.Findings,
            Version = e.Version,
        },
        _ => document,
    };
}
