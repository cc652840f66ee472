-- What is left of each teacher's limits, counted by all replicas together (JSON of dev.cft.critiques.limits.Ledger). Unlogged: it is worth
-- seconds, is written up to twenty times a second by each replica, and its commits must not wait for a disk.
create unlogged table teacher_ledgers (
  teacher text primary key,
  state   text not null
) with (fillfactor = 10);
