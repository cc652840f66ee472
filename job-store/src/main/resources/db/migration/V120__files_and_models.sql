create table files (
  id         text primary key,
  filename   text not null,
  purpose    text not null,
  bytes      bigint not null check (bytes >= 0),
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  expires_at timestamptz
);
create index files_by_age on files (created_at, id);

create table models (
  id              text primary key,
  kind            text not null check (kind in ('BASE', 'FINE_TUNED', 'CHECKPOINT')),
  artifact_prefix text not null,
  parent          text,
  job_id          text,
  step            bigint,
  hash            text not null,
  info            json not null,
  created_at      timestamptz not null,
  constraint checkpoints_have_a_step check (kind <> 'CHECKPOINT' or (step is not null and job_id is not null))
);
create index models_by_job on models (job_id, step);
