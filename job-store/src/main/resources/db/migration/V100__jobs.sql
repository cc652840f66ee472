-- The one job model: see docs/job-store.md. JSON that users or models wrote is kept as `json`, not `jsonb`:
-- the latter refuses the character U+0000.

create table jobs (
  id             text primary key check (id <> ''),
  ordinal        bigint generated always as identity unique,
  kind           text not null check (kind in ('critiques', 'responses', 'fine_tuning', 'evaluation', 'experiment')),
  spec           json not null,
  status         text not null check (status in
                   ('validating', 'waiting', 'queued', 'running', 'pausing', 'paused', 'succeeded', 'failed', 'cancelled')),
  priority       integer not null,
  metadata       jsonb not null check (jsonb_typeof(metadata) = 'object'),
  created_by     text,
  -- Its input is still to be checked by the handler.
  unvalidated    boolean not null,
  -- Some job needs it, or did when it was submitted.
  needed         boolean not null default false,
  progress_done  bigint not null default 0 check (progress_done >= 0),
  progress_total bigint not null default 0 check (progress_total >= 0),
  progress_unit  text not null default '',
  progress_best  bigint not null default 0,
  progress_at    timestamptz,
  stage          text not null default '',
  attempts       integer not null default 0 check (attempts >= 0),
  -- Claims since the job last got further than ever before.
  fruitless      integer not null default 0 check (fruitless >= 0),
  not_before     timestamptz,
  reason         text,
  lease_owner    text,
  lease_token    bigint not null default 0,
  lease_until    timestamptz,
  claimed_at     timestamptz,
  claimed_done   bigint not null default 0,
  created_at     timestamptz not null,
  started_at     timestamptz,
  finished_at    timestamptz,
  updated_at     timestamptz not null,
  version        bigint not null default 1,
  result         json,
  error          json,
  constraint a_lease_has_an_owner check ((lease_owner is null) = (lease_until is null)),
  constraint only_held_states_have_a_lease check (lease_until is null or status in ('validating', 'running', 'pausing')),
  constraint held_states_have_a_lease check (status not in ('running', 'pausing') or lease_until is not null),
  constraint final_states_have_an_end check ((finished_at is not null) = (status in ('succeeded', 'failed', 'cancelled'))),
  constraint success_has_a_result check ((result is not null) = (status = 'succeeded')),
  constraint failure_has_an_error check ((error is not null) = (status = 'failed'))
) with (fillfactor = 80);

-- What a claim reads: one index range per kind, in the order of the queue. Renewing a lease touches no indexed column.
create index jobs_open on jobs (kind, priority desc, ordinal) where status in ('validating', 'queued', 'running', 'pausing');
create index jobs_waiting on jobs (ordinal) where status = 'waiting';
create index jobs_by_kind on jobs (kind, ordinal);
create index jobs_by_metadata on jobs using gin (metadata jsonb_path_ops) where metadata <> '{}';

create table job_needs (
  job_id  text not null references jobs on delete cascade,
  need_id text not null references jobs,
  place   integer not null,
  primary key (job_id, need_id),
  constraint no_job_needs_itself check (job_id <> need_id)
);
create index job_needs_by_need on job_needs (need_id);

-- `seq` is handed out while the job's row is locked, so one job's events are visible in the order of seq.
create table job_events (
  seq     bigint generated always as identity primary key,
  job_id  text not null references jobs on delete cascade,
  at      timestamptz not null,
  level   text not null check (level in ('INFO', 'WARN', 'ERROR')),
  type    text not null check (type in ('message', 'metrics', 'status')),
  message text not null,
  data    json
);
create index job_events_by_job on job_events (job_id, seq);

create table job_metrics (
  job_id text not null references jobs on delete cascade,
  name   text not null,
  step   bigint not null,
  value  double precision not null,
  primary key (job_id, name, step)
);
