-- Critiques that clients of POST /v1/critiques paid for, by the same key as stored_critiques: they have no dataset that the text could lie in.
-- The row is JSON of dev.cft.store.datasets.DatasetRow. They are kept for cft.critiques.keep-for.
create table client_critiques (
  key        bytea primary key check (length(key) = 32),
  row        json not null,
  created_at timestamptz not null
);
create index client_critiques_by_age on client_critiques (created_at);
