-- Which published items have changes that are not live, or have not been touched for half a year?
select s.domain, i.slug, i.updated_at, i.content_version > i.live_version as has_unpublished_changes
from analytics.items i
join analytics.sites s on s.id = i.site_id
where i.status = 'published' and (i.content_version > i.live_version or i.updated_at < now() - interval '6 months')
order by i.updated_at;
