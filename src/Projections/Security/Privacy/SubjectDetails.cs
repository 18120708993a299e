using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Projections.Security;

/// <summary>What a tenant keeps of a person, with texts as they are stored: sealed.</summary>
/// <param name="Id">The person.</param>
/// <param name="Members">Texts, and what they were before is in the stream.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="RegisteredBy">Subject of the token.</param>
/// <param name="RectifiedAt">When that was last put right; null: never.</param>
/// <param name="Erasure">The erasure that was asked for last; null: none was, or it was refused.</param>
/// <param name="RefusedAt">When an erasure was last refused.</param>
/// <param name="RefusedBecause">Why.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SubjectDetails(
    Guid Id, SubjectMembers Members, DateTimeOffset RegisteredAt, string? RegisteredBy, DateTimeOffset? RectifiedAt, SubjectErasure? Erasure,
    DateTimeOffset? RefusedAt, PersonalText? RefusedBecause, long Version)
{
    public const string ReadModel = "data_subjects";

    /// <summary>In the order of their purposes.</summary>
    public ImmutableArray<SubjectConsent> Consents { get; init; } = [];

    /// <summary>In the order of their purposes.</summary>
    public ImmutableArray<SubjectObjection> Objections { get; init; } = [];

    /// <summary>Null: their data is used as it may be.</summary>
    public SubjectRestriction? Restriction { get; init; }

    /// <summary>When they were last given a copy; null: never.</summary>
    public DateTimeOffset? ProvidedAt { get; init; }

    private const string Columns = "select id::text, data from read.data_subjects";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="erasure">Only those whose erasure stands so; null: all.</param>
    /// <param name="after">From the first after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? erasure, Guid after, int limit, CancellationToken cancel) => erasure is null
        ? session.QueryAsync(ReadModel, $"{Columns} where id > $1 order by id limit $2", [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel)
        : session.QueryAsync(ReadModel, $"{Columns} where erasure = $3 and id > $1 order by id limit $2",
            [new() { Value = after }, new() { Value = limit }, new() { Value = erasure, NpgsqlDbType = NpgsqlDbType.Text }], StoredDocument.Read, cancel);

    /// <summary>These, in id order.</summary>
    public static Task<Answer<StoredDocument>> OfAsync(IQuerySession session, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"{Columns} where id = any ($1) order by id", [new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], StoredDocument.Read, cancel);

    /// <summary>Erasures that aren't done yet, of all tenants, and those of them that should be.</summary>
    public static async Task<(long Open, long Overdue)> CountOpenAsync(IDocumentStore store, DateTimeOffset now, CancellationToken cancel) => (await store.FindWorkAsync(
        "select count(*), count(*) filter (where deadline < $1) from read.data_subjects where erasure in ('awaits-approval', 'pending')",
        [new() { Value = now }], row => (row.GetInt64(0), row.GetInt64(1)), cancel))[0];

    /// <summary>Those of some people whose data is restricted.</summary>
    public static async Task<IReadOnlyCollection<Guid>> RestrictedAmongAsync(IQuerySession session, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select id from read.data_subjects where restricted and id = any ($1)",
            [new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }], row => row.GetGuid(0), cancel)).Items;

    /// <summary>Erasures that are to be carried out, of all tenants, the most urgent first.</summary>
    public static Task<IReadOnlyList<(string TenantId, Guid SubjectId)>> FindPendingAsync(IDocumentStore store, int limit, CancellationToken cancel) =>
        store.FindWorkAsync("select tenant_id, id from read.data_subjects where erasure = 'pending' order by deadline, id limit $1",
            [new() { Value = limit }], row => (row.GetString(0), row.GetGuid(1)), cancel);
}

/// <summary>Where an erasure stands.</summary>
/// <param name="State">See <see cref="ErasureState"/>.</param>
/// <param name="Cause">See <see cref="ErasureCause"/>.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="RequestedBy">By whom.</param>
/// <param name="Deadline">When it must be done.</param>
/// <param name="Reason">In their words.</param>
/// <param name="ApprovedAt">When somebody else agreed; null: nobody did, or nobody had to.</param>
/// <param name="ApprovedBy">Who.</param>
/// <param name="CompletedAt">When the keys were destroyed.</param>
/// <param name="KeyIds">Of the keys.</param>
/// <param name="Rule">Name of the retention rule that asked; null: somebody did.</param>
public sealed record SubjectErasure(
    ErasureState State, string Cause, DateTimeOffset RequestedAt, string? RequestedBy, DateTimeOffset Deadline, PersonalText? Reason,
    DateTimeOffset? ApprovedAt = null, string? ApprovedBy = null, DateTimeOffset? CompletedAt = null, IReadOnlyList<Guid>? KeyIds = null, string? Rule = null);

public sealed class DataSubjects : SingleStreamProjection<SubjectDetails>
{
    public override string Name => SubjectDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(SubjectRegistered), typeof(SubjectRectified), typeof(ConsentGiven), typeof(ConsentWithdrawn), typeof(SubjectRestricted), typeof(RestrictionLifted),
        typeof(SubjectObjected), typeof(ObjectionWithdrawn), typeof(ObjectionOverridden), typeof(SubjectDataProvided),
        typeof(ErasureRequested), typeof(ErasureApproved), typeof(ErasureRefused), typeof(ErasureCompleted));

    protected override JsonTypeInfo<SubjectDetails> Json => SecurityReadJson.Default.SubjectDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<SubjectDetails, object?> Value)> Columns { get; } =
    [
        (new("erasure", "varchar not null", NpgsqlDbType.Varchar), d => Text(d.Erasure?.State ?? ErasureState.None)),
        (new("deadline", "timestamptz", NpgsqlDbType.TimestampTz), d => d.Erasure?.Deadline),
        (new("registered_at", "timestamptz not null", NpgsqlDbType.TimestampTz), d => d.RegisteredAt),
        (new("restricted", "boolean not null", NpgsqlDbType.Boolean), d => d.Restriction is not null),
    ];

    protected override IReadOnlyList<string> Indexes =>
        ["erasure, id", "using btree (deadline, id) where erasure in ('awaits-approval', 'pending')", "using btree (tenant_id, registered_at) where erasure = 'none'"];

    public override AnalystView Analysts { get; } = new(
        "data_subjects", "Of how many people is data kept, of what kind, and what came of erasures?", "a person of whom data is kept, or was", ["id"],
        [
            new("id", "Random; says nothing of the person."),
            new("registered_at", "Since when, UTC."),
            .. SubjectMembers.AllNames.Select(member => new AnalystColumn($"has_{member}", $"Whether the {member} is kept, or was when it was erased.", $"data->'members' ? '{member}'", "boolean")),
            new("consents", "Purposes that the person consents to, in order: purposes.name.", "array(select c->>'purpose' from jsonb_array_elements(data->'consents') c where c->>'withdrawnAt' is null)", "text[]"),
            new("objections", "Purposes that the person objects to and that weren't gone on with in spite of it, in order: purposes.name.", "array(select o->>'purpose' from jsonb_array_elements(data->'objections') o where o->>'state' = 'standing')", "text[]"),
            new("restricted", "Whether the data is only kept, and used for nothing else."),
            new("erasure", "none, awaits-approval, pending or completed."),
            new("erasure_cause", "subject, no-purpose, obligation or retention; null: none was asked for.", "data->'erasure'->>'cause'", "text", Nullable: true),
            new("erasure_requested_at", "When it was asked for, UTC; null: it wasn't.", "data->'erasure'->>'requestedAt'", "timestamptz", Nullable: true),
            new("deadline", "When it must be done, UTC; null: none was asked for."),
            new("erased_at", "When it was done, UTC; null: it isn't.", "data->'erasure'->>'completedAt'", "timestamptz", Nullable: true),
        ],
        "select erasure, count(*), max(erased_at - erasure_requested_at) as longest from analytics.data_subjects group by erasure",
        Permission.PrivacyRead);

    public override SubjectDetails? Evolve(SubjectDetails? document, Event e) => e.Data switch
    {
        SubjectRegistered registered => new SubjectDetails(registered.SubjectId, SubjectMembers.Of(registered), e.Timestamp, e.Headers.User, null, null, null, null, e.Version),
        _ when document is null => null,
        SubjectRectified rectified => document with { Members = document.Members.With(rectified), RectifiedAt = e.Timestamp, Version = e.Version },
        ConsentGiven given => document with
        {
            Consents = [.. document.Consents.Where(c => c.Purpose != given.Purpose)
                .Append(new(given.Purpose, given.PurposeVersion, e.Timestamp, null, given.Evidence, given.GuardianId, given.GuardianStatement)).OrderBy(c => c.Purpose, StringComparer.Ordinal)],
            Version = e.Version,
        },
        ConsentWithdrawn withdrawn => document with { Consents = [.. document.Consents.Select(c => c.Purpose == withdrawn.Purpose ? c with { WithdrawnAt = e.Timestamp } : c)], Version = e.Version },
        SubjectRestricted restricted => document with { Restriction = new(e.Timestamp, e.Headers.User, restricted.Reason), Version = e.Version },
        RestrictionLifted => document with { Restriction = null, Version = e.Version },
        SubjectObjected objected => document with
        {
            Objections = [.. document.Objections.Where(o => o.Purpose != objected.Purpose)
                .Append(new(objected.Purpose, objected.PurposeVersion, ObjectionState.Standing, e.Timestamp, null, objected.Grounds, null)).OrderBy(o => o.Purpose, StringComparer.Ordinal)],
            Version = e.Version,
        },
        ObjectionWithdrawn withdrawn => Decided(document, withdrawn.Purpose, ObjectionState.Withdrawn, null, e),
        ObjectionOverridden overridden => Decided(document, overridden.Purpose, ObjectionState.Overridden, overridden.Grounds, e),
        SubjectDataProvided => document with { ProvidedAt = e.Timestamp, Version = e.Version },
        ErasureRequested asked => document with
        {
            Erasure = new SubjectErasure(asked.NeedsApproval ? ErasureState.AwaitsApproval : ErasureState.Pending, asked.Cause, e.Timestamp, e.Headers.User, asked.Deadline, asked.Reason, Rule: asked.Rule),
            Version = e.Version,
        },
        ErasureApproved when document.Erasure is { } asked => document with { Erasure = asked with { State = ErasureState.Pending, ApprovedAt = e.Timestamp, ApprovedBy = e.Headers.User }, Version = e.Version },
        ErasureRefused refused => document with { Erasure = null, RefusedAt = e.Timestamp, RefusedBecause = refused.Reason, Version = e.Version },
        ErasureCompleted completed when document.Erasure is { } asked => document with
        {
            Erasure = asked with { State = ErasureState.Completed, CompletedAt = e.Timestamp, KeyIds = completed.KeyIds },
            Version = e.Version,
        },
        _ => document,
    };

    private static SubjectDetails Decided(SubjectDetails document, string purpose, ObjectionState state, PersonalText? because, Event e) => document with
    {
        Objections = [.. document.Objections.Select(o => o.Purpose == purpose ? o with { State = state, DecidedAt = e.Timestamp, OverriddenBecause = because } : o)],
        Version = e.Version,
    };

    private static string Text(ErasureState state) => state switch
    {
        ErasureState.AwaitsApproval => "awaits-approval",
        ErasureState.Pending => "pending",
        ErasureState.Completed => "completed",
        _ => "none",
    };
}
