-- Batches of critiques at a provider: planned and written here before they are submitted, so that a crash in between submits none twice
-- (a submitted one is found again by the label that it carries).
create table teacher_batches (
  job_id   text not null references jobs on delete cascade,
  number   integer not null,
  teacher  text not null,
  round    integer not null check (round >= 0),
  -- the output rows that it asks for
  seqs     bigint[] not null,
  state    text not null check (state in ('planned', 'submitted', 'collected')),
  batch_id text,
  primary key (job_id, number),
  constraint submitted_ones_have_an_id check (state = 'planned' or batch_id is not null)
);
