-- Read models that want nothing of a page pass it together: one transaction for all of them instead of one each. What isn't as its holder thinks, or is locked
-- by somebody, stays where it is and isn't named in the answer: nobody is waited for, and whoever isn't named finds out why by itself.
create function platform.advance_together(
    p_names text[], p_generations int[], p_revisions int[], p_from bigint[], p_to bigint[], p_holders uuid[], p_epochs bigint[]) returns setof text
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with asked as (
        select * from unnest(p_names, p_generations, p_revisions, p_from, p_to, p_holders, p_epochs) as a (name, generation, revision, "from", "to", holder, epoch)),
    held as (
        select a.* from asked a join platform.lease l on l.name = a.name || '/' || a.generation
        where l.holder = a.holder and l.epoch = a.epoch and l.expires_at > clock_timestamp() for share of l skip locked),
    free as (
        select h.name, h.generation, h."to" from held h join platform.projection p on p.name = h.name and p.generation = h.generation
        where p.revision = h.revision and p.position = h."from" and p.state = 'live' for update of p skip locked)
    update platform.projection p set position = f."to", updated_at = clock_timestamp()
    from free f where p.name = f.name and p.generation = f.generation
    returning p.name
$$;
revoke all on function platform.advance_together(text[], int[], int[], bigint[], bigint[], uuid[], bigint[]) from public;
grant execute on function platform.advance_together(text[], int[], int[], bigint[], bigint[], uuid[], bigint[]) to platform_projections;
