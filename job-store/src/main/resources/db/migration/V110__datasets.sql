create table datasets (
  id         text primary key check (id <> ''),
  ordinal    bigint generated always as identity unique,
  name       text not null,
  rows       bigint not null default 0,
  complete   boolean not null default false,
  hash       text check (hash ~ '^[0-9a-f]{64}$'),
  lineage    json not null,
  created_at timestamptz not null,
  constraint complete_ones_have_a_hash check (complete = (hash is not null))
);

-- A row is kept as the JSON that it came as; `json` rather than `jsonb` because models write U+0000, too.
create table dataset_rows (
  dataset_id text not null references datasets on delete cascade,
  seq        bigint not null check (seq >= 0),
  row        json not null,
  primary key (dataset_id, seq)
);
