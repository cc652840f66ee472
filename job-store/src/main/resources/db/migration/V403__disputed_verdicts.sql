-- Whether the graders that stand side by side disagree about a sample.
alter table eval_output_items add column disputed boolean not null default false;
create index eval_output_items_disputed on eval_output_items (run_id, seq) where disputed;
