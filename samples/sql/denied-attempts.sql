-- Who was denied what, and how often, in the last 30 days?
select actor, summary, count(*) as entries, max(at) as last_at
from analytics.audit_trail
where outcome = 'denied' and at >= now() - interval '30 days'
group by actor, summary
order by last_at desc;
