-- What each teacher has been used for, by all replicas together.
create table teacher_usage (
  teacher           text primary key,
  calls             bigint not null,
  prompt_tokens     bigint not null,
  completion_tokens bigint not null,
  cost_usd          double precision not null,
  updated_at        timestamptz not null
);
