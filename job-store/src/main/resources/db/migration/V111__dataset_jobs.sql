-- Datasets are made by jobs, too.
alter table jobs drop constraint jobs_kind_check;
alter table jobs add constraint jobs_kind_check
  check (kind in ('dataset', 'critiques', 'responses', 'fine_tuning', 'evaluation', 'experiment'));
