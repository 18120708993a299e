-- How many edits does each editor make in a week?
select date_trunc('week', at)::date as week, actor, count(*) as edits, count(distinct stream_id) as items
from analytics.audit_trail
where action in ('content.item-edited', 'content.item-locale-edited')
group by 1, 2
order by 1, 3 desc, 2;
