-- jsonb refuses U+0000, which untrained models do write, and reorders a user's fields.
alter table eval_items alter column item type json;
alter table eval_output_items alter column results type json;
alter table eval_output_items alter column sample type json;
alter table evals alter column data_source_config type json;
alter table evals alter column testing_criteria type json;
alter table evals alter column input_messages type json;
alter table eval_runs alter column data_source type json;
alter table eval_runs alter column input_messages type json;
