-- Files on their way in, in parts (OpenAI's uploads); the bytes of a part are the artifact uploads/{upload}/{part}.
create table uploads (
  id         text primary key,
  filename   text not null,
  purpose    text not null,
  mime_type  text not null,
  bytes      bigint not null check (bytes > 0),
  status     text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
  file_id    text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index uploads_pending on uploads (expires_at) where status = 'pending';

create table upload_parts (
  id         text primary key,
  upload_id  text not null references uploads on delete cascade,
  ordinal    bigint generated always as identity,
  bytes      bigint not null check (bytes > 0),
  created_at timestamptz not null
);
create index upload_parts_by_upload on upload_parts (upload_id, ordinal);
