-- Counts over complete datasets, which never change.
create table dataset_statistics (
  dataset_id text primary key references datasets on delete cascade,
  statistics json not null
);
