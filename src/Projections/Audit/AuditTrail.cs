using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Audit;

/// <summary>
/// Who did what to what, and when, with what was denied: a row an event, of every event that the platform knows, but for what visitors of sites do: there's no end of that, and it has read
/// models of its own.
/// </summary>
public sealed class AuditTrail : FlatTableProjection
{
    public const string ReadModel = "audit_trail";

    private static readonly string DeniedAction = EventCatalog.All.Values.Single(entry => entry.ClrType == typeof(AttemptDenied)).Alias;

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } =
        [.. EventCatalog.All.Values.Where(entry => !typeof(IHitEvent).IsAssignableFrom(entry.ClrType)).Select(entry => entry.Alias).Order(StringComparer.Ordinal)];

    protected override bool IsAppendOnly => true;

    public override AnalystView Analysts { get; } = new(
        "audit_trail", "Who did what to what, and when; what was denied?", "an event of the tenant", ["at", "sequence"],
        [
            new("at", "When it was recorded, UTC, to the microsecond."),
            new("sequence", "The event's sequence number, as in receipts: rises with time, with gaps."),
            new("event_id", "The event; its proof is at /api/ledger/proof?event=."),
            new("stream_id", "What it was done to: the id of an item, a site, a release..."),
            new("stream_kind", "Kind of that, such as content.item.", KindOfAction, "text"),
            new("version", "The event's number among those of the stream, from 1."),
            new("action", "What was done, such as content.item-published; the part before the dot is the capability."),
            new("outcome", "done or denied."),
            new("actor", "Who did it: subject of the token, or the part of the platform, such as platform:scheduler."),
            new("trigger", "What led to it: http, import, schedule..."),
            new("correlation_id", "Ties the events of one piece of work together."),
            new("summary", "What happened, as a sentence."),
        ],
        "select action, count(*) from analytics.audit_trail where at >= now() - interval '7 days' group by action order by 2 desc",
        Permission.LedgerRead, Changed: "at");

    // There will be very many rows. So the key is the order in which they are read, and what follows from the alias (the kind of the stream) isn't stored.
    public override ReadTable Table { get; } = new(
        [new("at", "timestamptz not null", NpgsqlDbType.TimestampTz), new("sequence", "bigint not null", NpgsqlDbType.Bigint)],
        [
            new("event_id", "uuid not null", NpgsqlDbType.Uuid),
            new("stream_id", "uuid not null", NpgsqlDbType.Uuid),
            new("version", "bigint not null", NpgsqlDbType.Bigint),
            new("action", "varchar collate \"C\" not null", NpgsqlDbType.Varchar),
            new("outcome", "varchar not null", NpgsqlDbType.Varchar),
            new("actor", "varchar", NpgsqlDbType.Varchar),
            new("trigger", "varchar", NpgsqlDbType.Varchar),
            new("correlation_id", "varchar", NpgsqlDbType.Varchar),
            new("summary", "text not null", NpgsqlDbType.Text),
        ],
        [
            "actor, at, sequence",
            "action, at, sequence",
            "stream_id, at, sequence",
            "using btree (tenant_id, at, sequence) where outcome = 'denied'",
            $"using gin ({Words("tenant_id", "summary")})",
        ]);

    private const string Arguments = "text, timestamptz, bigint, timestamptz, timestamptz, text, text, text, uuid, text, int";

    private const string Others = """
        a.tenant_id = tenant and tenant <> '' and a.at >= p_from and a.at < p_to
            and (p_actor is null or a.actor = p_actor) and (p_stream is null or a.stream_id = p_stream) and (p_outcome is null or a.outcome = p_outcome)
            and (p_action is null or a.action >= p_action and a.action < p_action_end)
        """;

    /// <summary>
    /// Entries of the caller's tenant whose summaries hold words, newest first, before a place. Nobody knows beforehand how often a word stands there: so
    /// the 20,000 entries that come next are looked through, which fills a page if the word is common; if not, the index knows the few that are left. The tenant
    /// stands among the words, so that the index keeps tenants apart.
    /// </summary>
    public override string? Functions => $"""
        drop function if exists read.find_audit({Arguments});
        create function read.find_audit(
            p_words text, p_before timestamptz, p_before_sequence bigint, p_from timestamptz, p_to timestamptz,
            p_actor text, p_action text, p_action_end text, p_stream uuid, p_outcome text, p_limit int)
            returns table (sequence bigint, event_id uuid, at timestamptz, actor varchar, trigger varchar, action varchar, stream_id uuid, version bigint,
                           outcome varchar, correlation_id varchar, summary text)
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
        declare
            tenant text := current_setting('platform.tenant', true);
            words tsquery := plainto_tsquery('simple', tenant) && websearch_to_tsquery('simple', p_words);
            seen record;
            filled int;
        begin
            if numnode(websearch_to_tsquery('simple', p_words)) = 0 then
                return;
            end if;
            return query
                select {AuditFilter.Columns("w.")}
                from (select a.* from read.audit_trail a where {Others} and (a.at, a.sequence) < (p_before, p_before_sequence)
                      order by a.at desc, a.sequence desc limit 20000) w
                where {Words("w.tenant_id", "w.summary")} @@ words order by w.at desc, w.sequence desc limit p_limit;
            get diagnostics filled = row_count;
            if filled >= p_limit then
                return;
            end if;
            select a.at, a.sequence into seen from read.audit_trail a where {Others} and (a.at, a.sequence) < (p_before, p_before_sequence)
                order by a.at desc, a.sequence desc offset 19999 limit 1;
            if not found then
                return;
            end if;
            return query
                with hit as materialized (
                    select a.* from read.audit_trail a
                    where {Others} and (a.at, a.sequence) < (seen.at, seen.sequence) and {Words("a.tenant_id", "a.summary")} @@ words)
                select {AuditFilter.Columns("h.")} from hit h order by h.at desc, h.sequence desc limit p_limit - filled;
        end $$;
        revoke all on function read.find_audit({Arguments}) from public;
        grant execute on function read.find_audit({Arguments}) to platform_app;
        """;

    protected override void Apply(Event e, RowBatch rows) => rows.Upsert(
        e.TenantId, [e.Timestamp, e.Sequence],
        [
            e.Id, e.StreamId, e.Version, e.Type, e.Type == DeniedAction ? AuditEntry.Denied : AuditEntry.Done,
            e.Headers.User, e.Headers.Trigger, e.CorrelationId, EventSentence.Of(e.Data, e.Type),
        ]);

    // As StreamKind.Of says it of an alias.
    private static string KindOfAction => $"case {string.Concat(StateCatalog.All.Keys.OrderByDescending(state => state.Length).ThenBy(state => state, StringComparer.Ordinal)
        .Select(state => $"when starts_with(action, '{state}-') then '{state}' "))}else split_part(action, '-', 1) end";

    private static string Words(string tenant, string summary) => $"to_tsvector('simple'::regconfig, {tenant} || ' ' || {summary})";
}
