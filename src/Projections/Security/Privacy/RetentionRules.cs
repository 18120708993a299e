using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Projections.Security;

/// <summary>A retention rule of a tenant.</summary>
/// <param name="Name">What it's known by.</param>
/// <param name="Days">How long data is kept.</param>
/// <param name="Since">See <see cref="RetentionStart"/>.</param>
/// <param name="SetAt">Since when it's as it is.</param>
public sealed record RuleInForce(string Name, int Days, string Since, DateTimeOffset SetAt);

/// <summary>A person who was kept as long as a rule says.</summary>
/// <param name="TenantId">The person's tenant.</param>
/// <param name="SubjectId">The person.</param>
/// <param name="Rule">The rule.</param>
public sealed record FallenDue(string TenantId, Guid SubjectId, RetentionRule Rule);

/// <summary>The retention rules of all tenants, as their policies have them now.</summary>
public sealed class RetentionRules : StreamRowsProjection<RuleInForce>
{
    public const string ReadModel = "retention_rules";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PrivacyPolicySet));

    public override string NotForAnalysts => "Rules are what the policy says, which the API shows; analytics.data_subjects has what they erased.";

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("name", "varchar not null", NpgsqlDbType.Varchar)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("days", "integer not null", NpgsqlDbType.Integer), new("since", "varchar not null", NpgsqlDbType.Varchar), new("set_at", "timestamptz not null", NpgsqlDbType.TimestampTz),
    ];

    /// <summary>People of all tenants who were kept as long as a rule says, that has stood long enough itself: those registered first of each rule.</summary>
    /// <param name="store">The store.</param>
    /// <param name="now">When.</param>
    /// <param name="notice">How long a rule stands before it counts.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<IReadOnlyList<FallenDue>> FindDueAsync(IDocumentStore store, DateTimeOffset now, TimeSpan notice, int limit, CancellationToken cancel) => store.FindWorkAsync(
        """
        select r.tenant_id, due.id, r.name, r.days, r.since
        from read.retention_rules r cross join lateral (
            select s.id from read.data_subjects s
            where s.tenant_id = r.tenant_id and s.erasure = 'none' and not s.restricted and s.registered_at <= $1 - r.days * interval '24 hours'
              and (r.since = 'registration' or not exists (
                  select from read.subject_events e where e.tenant_id = s.tenant_id and e.subject_id = s.id and e.at > $1 - r.days * interval '24 hours'))
            order by s.registered_at limit $3) due
        where r.set_at <= $2
        limit $3
        """,
        [new() { Value = now }, new() { Value = now - notice }, new() { Value = limit }],
        row => new FallenDue(row.GetString(0), row.GetGuid(1), new RetentionRule(row.GetString(2), row.GetInt32(3), row.GetString(4))), cancel);

    public override IReadOnlyCollection<RuleInForce> Evolve(IReadOnlyCollection<RuleInForce> rows, Event e) => e.Data is PrivacyPolicySet set
        ? [.. set.Retention.Select(rule => rows.FirstOrDefault(row => (row.Name, row.Days, row.Since) == (rule.Name, rule.Days, rule.Since)) ?? new RuleInForce(rule.Name, rule.Days, rule.Since, e.Timestamp))]
        : rows;

    protected override (object[] Key, object?[] Columns) Values(RuleInForce row) => ([row.Name], [row.Days, row.Since, row.SetAt]);

    protected override RuleInForce Read(NpgsqlDataReader reader, int first) =>
        new(reader.GetString(first), reader.GetInt32(first + 1), reader.GetString(first + 2), reader.GetFieldValue<DateTimeOffset>(first + 3));
}
