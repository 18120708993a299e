using Npgsql;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>
/// What all tenants' visitors did in a week that is over, so that no answer tells of a single tenant (ADR 39). Bounded in the database: the application's role gets these figures and reads
/// no other tenant's row.
/// </summary>
/// <remarks>
/// Minimum frequency, (n,k) dominance and the p% rule: Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4; bounding by a group's mean: Domingo-Ferrer and Mateo-Sanz,
/// Practical Data-Oriented Microaggregation, IEEE TKDE 14 (2002).
/// </remarks>
public static class FiguresOfTenants
{
    /// <summary>A week's figures as the read model has them now.</summary>
    /// <param name="session">Whose doesn't matter.</param>
    /// <param name="monday">The week's first day by UTC.</param>
    /// <param name="cancel">Cancels the query.</param>
    /// <exception cref="PostgresException">22023: the day is no Monday, or the week isn't over.</exception>
    public static async Task<IReadOnlyList<TenantFigure>> OfAsync(IQuerySession session, DateOnly monday, CancellationToken cancel) =>
        (await session.QueryAsync(
            HitsByDay.ReadModel, "select dimension, value, measure, total::bigint from read.figures_of_tenants($1) order by 1, 3, 4 desc, 2", [new NpgsqlParameter { Value = monday }],
            row => new TenantFigure(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), cancel)).Items;

    /// <summary>
    /// A row a dimension (empty: in all), value and measure. A tenant's part is bounded by the mean of the second- to sixth-largest. What fewer than six tenants are in isn't shown, nor what adds up to less than
    /// four bounds: whoever knows one part can tell another's only to within twice itself. All of a week's measure is in steps of one width that no part exceeds. SQLSTATE 22023: no Monday, or a week that isn't over.
    /// </summary>
    internal const string Functions = """
        drop function if exists read.figures_of_tenants(date);
        create function read.figures_of_tenants(p_monday date)
            returns table (dimension varchar, value varchar, measure text, total numeric)
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
        begin
            if p_monday is null or not isfinite(p_monday) or extract(isodow from p_monday) <> 1 or p_monday + 7 > (now() at time zone 'UTC')::date then
                raise exception 'a week begins on a Monday and is over' using errcode = '22023';
            end if;
            return query
            with part as (
                select h.dimension, h.value, m.measure, h.tenant_id, sum(m.amount) as amount
                from read.hits_by_day h cross join lateral (values ('page_views', h.page_views), ('events', h.events)) m (measure, amount)
                where h.dimension in ('', 'country', 'device', 'browser', 'system') and h.day >= p_monday and h.day < p_monday + 7
                group by h.dimension, h.value, m.measure, h.tenant_id
                having sum(m.amount) > 0
            ), placed as (
                select p.*, row_number() over (partition by p.dimension, p.value, p.measure order by p.amount desc) as place from part p
            ), bound as (
                select p.dimension, p.value, p.measure, avg(p.amount) filter (where p.place between 2 and 6) as most
                from placed p group by p.dimension, p.value, p.measure having count(*) >= 6
            ), added as (
                select b.dimension, b.value, b.measure, b.most, sum(least(p.amount, b.most)) as amount
                from bound b join part p on (p.dimension, p.value, p.measure) = (b.dimension, b.value, b.measure)
                group by b.dimension, b.value, b.measure, b.most having sum(least(p.amount, b.most)) >= 4 * b.most
            ), step as (
                select a.measure, min(s.width) as width
                from added a cross join generate_series(0, 18) n cross join lateral (values (1 * 10::numeric ^ n), (2 * 10::numeric ^ n), (5 * 10::numeric ^ n)) s (width)
                where a.dimension = '' and s.width >= a.most
                group by a.measure
            )
            select a.dimension, a.value, a.measure, trunc(round(a.amount / s.width) * s.width)
            from added a join step s on s.measure = a.measure
            where round(a.amount / s.width) > 0;
        end $$;
        revoke all on function read.figures_of_tenants(date) from public;
        grant execute on function read.figures_of_tenants(date) to platform_app;
        """;
}
