-- How much content is on each site, by status and locale?
select s.domain, i.status, i.locale, count(*) as items
from analytics.items i
join analytics.sites s on s.id = i.site_id
group by s.domain, i.status, i.locale
order by s.domain, i.status, i.locale;
