-- Which items do others refer to most, in what is published?
select i.slug, i.type, count(distinct r.item_id) as referring_items
from analytics.item_references r
join analytics.items i on i.id = r.target_id
where r.is_live
group by i.id, i.slug, i.type
order by referring_items desc, i.slug
limit 20;
