-- What goes live or off the air within four weeks, and what of that was due already?
select a.due_at, a.action, i.type, i.slug, a.due_at < now() as is_overdue
from analytics.scheduled_actions a
join analytics.items i on i.id = a.item_id
where a.due_at < now() + interval '4 weeks'
order by a.due_at, i.slug;
