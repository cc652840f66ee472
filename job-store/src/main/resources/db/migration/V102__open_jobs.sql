-- Unfinished jobs are counted for dashboards without reading the finished ones.
drop index jobs_waiting;
create index jobs_unfinished on jobs (status, ordinal) where status not in ('succeeded', 'failed', 'cancelled');
