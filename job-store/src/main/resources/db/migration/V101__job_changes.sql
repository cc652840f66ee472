-- A number that grows with every committed change of a job. A sequence would not do: it grows before the change can be
-- seen, and an ETag taken in between would hide the change. One row would make all commits wait for each other, hence 16.
create table job_changes (
  shard integer primary key,
  count bigint not null
) with (fillfactor = 10);
insert into job_changes select shard, 0 from generate_series(0, 15) shard;

-- Runs at commit (deferred), so that no transaction waits for a job's row while it holds a counter's.
create function count_job_change() returns trigger language plpgsql as $$
declare
  transaction text := pg_current_xact_id()::text;
begin
  if current_setting('cft.counted_in', true) is distinct from transaction then
    perform set_config('cft.counted_in', transaction, true);
    update job_changes set count = count + 1 where shard = mod(pg_backend_pid(), 16);
  end if;
  return null;
end $$;

create constraint trigger jobs_count_rows after insert or delete on jobs
  deferrable initially deferred for each row execute function count_job_change();
create constraint trigger jobs_count_changes after update on jobs
  deferrable initially deferred for each row when (old.version is distinct from new.version) execute function count_job_change();

-- Wakes workers (something is queued), holders (cancelled, pausing) and those who watch. Claims are not announced: nobody
-- waits for them in particular, and commits that notify go one at a time.
create function announce_job_status() returns trigger language plpgsql as $$
begin
  perform pg_notify('cft_jobs', new.status || ' ' || new.kind || case when new.status = 'queued' then '' else ' ' || new.id end);
  return null;
end $$;

create trigger jobs_announce_new after insert on jobs for each row execute function announce_job_status();
create trigger jobs_announce_status after update on jobs for each row
  when (old.status is distinct from new.status and new.status <> 'running') execute function announce_job_status();
