-- When a fine-tuning job's process had its slots: GPUs, or shares of a CPU. `until` moves on while it trains.
create table slot_usage (
  id      bigint generated always as identity primary key,
  job_id  text not null references jobs on delete cascade,
  slots   integer not null check (slots >= 1),
  gpus    boolean not null,
  since   timestamptz not null,
  until   timestamptz not null,
  constraint time_goes_on check (until >= since)
);
create index slot_usage_by_job on slot_usage (job_id, id);
create index slot_usage_by_time on slot_usage (until);
