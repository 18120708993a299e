-- How long does it take from an item's first draft to its first publication, by type?
select i.type,
       count(*)                                                                                  as items,
       percentile_cont(0.5) within group (order by extract(epoch from p.first_at - i.created_at)) as median_seconds,
       max(extract(epoch from p.first_at - i.created_at))                                         as longest_seconds
from analytics.items i
join (select stream_id, min(at) as first_at from analytics.audit_trail where action = 'content.item-published' group by stream_id) p on p.stream_id = i.id
group by i.type
order by i.type;
