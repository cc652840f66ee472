-- The items of evals and runs, shared by content: the id is a hash over the items.
create table eval_item_sets (
  id text primary key,
  item_count bigint not null check (item_count > 0),
  created_at timestamptz not null
);

create table eval_items (
  set_id text not null references eval_item_sets on delete cascade,
  seq bigint not null check (seq >= 0),
  item jsonb not null,
  primary key (set_id, seq)
);

create table evals (
  id text primary key,
  name text not null,
  data_source_config jsonb not null,
  testing_criteria jsonb not null,
  input_messages jsonb not null,
  item_set text references eval_item_sets,
  source text,
  metadata jsonb not null,
  created_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);

create index evals_by_creation on evals (created_at, id) where deleted_at is null;

-- What a run has besides its job: own items, own prompt. A deleted run keeps its job.
create table eval_runs (
  run_id text primary key,
  eval_id text not null references evals,
  data_source jsonb not null,
  item_set text not null references eval_item_sets,
  input_messages jsonb not null,
  top_p double precision not null,
  deleted_at timestamptz
);

create index eval_runs_by_eval on eval_runs (eval_id);

-- One row for each item of a run, written once and only by the run's worker.
create table eval_output_items (
  run_id text not null references eval_runs on delete cascade,
  seq bigint not null,
  status text not null check (status in ('pass', 'fail', 'error')),
  truncated boolean not null,
  no_answer boolean not null,
  undecided boolean not null,
  prompt_tokens integer not null,
  completion_tokens integer not null,
  results jsonb not null,
  sample jsonb not null,
  created_at timestamptz not null,
  primary key (run_id, seq)
);
