-- Where the critique of an input is stored, by the hash of everything that it depends on (teacher, model, prompt version, parameters, question,
-- response, number of the sample), so that nobody pays for it twice. A row whose dataset was deleted points nowhere and is written anew.
create table stored_critiques (
  key        bytea primary key check (length(key) = 32),
  dataset_id text not null,
  seq        bigint not null
);

-- The time that calls took, for estimates.
alter table teacher_usage add column call_ms bigint not null default 0;
