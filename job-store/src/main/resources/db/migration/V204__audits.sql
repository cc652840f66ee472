-- Samples of critiques that people look through, and what they think of them.
create table audits (
  id         text primary key,
  ordinal    bigint generated always as identity unique,
  dataset_id text not null references datasets on delete cascade,
  size       integer not null check (size > 0),
  seed       bigint not null,
  -- the rows, in the order in which they are shown
  seqs       bigint[] not null,
  created_at timestamptz not null
);

create table audit_marks (
  audit_id  text not null references audits on delete cascade,
  seq       bigint not null,
  marked_by text not null,
  mark      text not null check (mark in ('agree', 'disagree', 'unsure')),
  note      text,
  marked_at timestamptz not null,
  primary key (audit_id, seq, marked_by)
);
