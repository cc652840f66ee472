-- Commits that notify go one at a time, each waiting for the disk. So only what somebody must act on is announced: work
-- for workers, and what stops a holder. Those who watch look at the counter twice a second.
drop trigger jobs_announce_status on jobs;
create trigger jobs_announce_status after update on jobs for each row
  when (old.status is distinct from new.status and new.status in ('queued', 'validating', 'pausing', 'cancelled'))
  execute function announce_job_status();
