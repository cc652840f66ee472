create table api_keys (
  id           text primary key,
  name         text not null,
  role         text not null check (role in ('OPERATOR', 'USER')),
  secret_hash  text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  created_at   timestamptz not null,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create table idempotency_keys (
  owner        text not null,
  key          text not null,
  request_hash text not null,
  claimed_at   timestamptz not null,
  status       integer,
  content_type text,
  body         text,
  primary key (owner, key),
  constraint answered_wholly_or_not check ((status is null) = (content_type is null) and (status is null) = (body is null))
);
create index idempotency_keys_by_age on idempotency_keys (claimed_at);
