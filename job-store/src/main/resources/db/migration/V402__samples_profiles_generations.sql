-- Samples of one item are rows of their own: seq = item_seq * n + sample_no, n being the run's samples of an item.
alter table eval_output_items add column item_seq bigint;
alter table eval_output_items add column sample_no integer not null default 0;
-- 0 to 1, or a judge's scale; null where nothing was generated.
alter table eval_output_items add column score double precision;
update eval_output_items set item_seq = seq, score = case status when 'pass' then 1 when 'fail' then 0 end;
alter table eval_output_items alter column item_seq set not null;
create index eval_output_items_by_status on eval_output_items (run_id, status, seq);

-- What a benchmark's definition says beyond OpenAI's fields: prompts by model family, stop texts, where the items come from.
alter table evals add column profile json;

-- Generations by the hash of everything that they depend on: model, prompt, sampling, seed.
create table eval_generations (
  key text primary key,
  reply json not null,
  created_at timestamptz not null
);
create index eval_generations_by_age on eval_generations (created_at);

-- Benchmark definitions that users made by the API; the built-in ones are files.
create table eval_benchmarks (
  name text primary key,
  definition json not null,
  created_by text,
  created_at timestamptz not null
);
