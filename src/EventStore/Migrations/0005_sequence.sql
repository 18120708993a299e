-- One turn of the sequencer: gives committed appends their contiguous indices in the log. Answers the log's new size and how many
-- events this turn took.
--
-- Order: transactions by their highest pending id, rows within by id. A transaction that read another's event and then wrote has
-- a higher id than all of the other's, so causes come before effects. A transaction is never split: one snapshot shows all of it.
--
-- The floor: every transaction that could own an id up to it has ended and is in the log, so a turn reads above it only. An id is drawn
-- after its transaction has its xid; so ids up to the sequence's last value, read before this turn has an xid, belong to lower xids. (Not
-- to xids below a snapshot's xmax: that is one past the last xid that ended, and a transaction still open may be above it.)
create function ledger.sequence(p_holder uuid, p_epoch bigint, p_limit int) returns table (size bigint, taken bigint)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    state     record;
    horizon   xid8;
    next_mark bigint;
    next_xid  xid8;
    start     bigint;
    left_over bigint;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'a turn of the sequencer needs a transaction of its own';
    end if;
    select case when q.is_called then q.last_value else 0 end into next_mark from ledger.pending_id_seq q;
    -- Nothing was appended since all was settled: an idle turn takes no xid and writes nothing.
    select s.floor, s.mark, s.mark_xid into strict state from platform.sequencer s;
    if state.floor = next_mark then
        size := coalesce((select l.first_index + l.events from ledger.log l order by l.first_index desc limit 1), 0);
        taken := 0;
        return next;
        return;
    end if;
    next_xid := pg_current_xact_id();
    perform platform.require_lease('sequencer', p_holder, p_epoch);
    select s.floor, s.mark, s.mark_xid into strict state from platform.sequencer s;
    horizon := pg_snapshot_xmin(pg_current_snapshot());
    start := coalesce((select l.first_index + l.events from ledger.log l order by l.first_index desc limit 1), 0);

    with candidate as (
        select p.*, max(p.id) over (partition by p.xid) as last_id
        from ledger.pending p
        where p.id > state.floor and not exists (select from ledger.log l where l.pending_id = p.id)
    ), ordered as (
        select c.*,
               sum(c.events) over (order by c.last_id, c.id) as running
        from candidate c
    ), chosen as (
        select o.*, max(o.running) over (partition by o.xid) as tx_running, sum(o.events) over (partition by o.xid) as tx_events from ordered o
    ), inserted as (
        insert into ledger.log (first_index, pending_id, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
        select start + c.running - c.events, c.id, c.seq_from, c.seq_to, c.version_from, c.version_to, c.stream_id, c.events, c.tenant_id
        from chosen c
        where c.tx_running - c.tx_events < p_limit
        returning events
    )
    select coalesce((select sum(i.events) from inserted i), 0),
           (select min(c.id) from chosen c where c.tx_running - c.tx_events >= p_limit)
    into taken, left_over;

    size := start + taken;
    if horizon >= state.mark_xid then
        update platform.sequencer
        set floor = greatest(state.floor, least(state.mark, coalesce(left_over - 1, state.mark))), mark = next_mark, mark_xid = next_xid
        where state.mark <> next_mark or state.floor <> state.mark;
    end if;
    return next;
end $$;
