-- How many slots of its worker a job takes while it runs: GPUs, for training.
alter table jobs add column slots integer not null default 1 check (slots >= 1);
