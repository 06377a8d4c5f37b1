-- People who may change the directory, and what they hand in.

-- A user without a role only signs what they did: the operator, the shipped data, somebody erased.
alter table users add column role text;
alter table users add column folded text; -- the name without differences of case and width: no two look the same
alter table users add column area text; -- 5 digits: a municipality or ward; 2: a prefecture; null: everywhere
alter table users add column password text; -- argon2id, as a PHC string
alter table users add column password_is_temporary boolean not null default false;
alter table users add column password_at bigint; -- a temporary password does not last
alter table users add column second_factor text; -- the shared secret of RFC 6238, base32
alter table users add column second_factor_step bigint; -- the last time step used, so that no code works twice; null: offered, not yet confirmed
alter table users add column disabled_at bigint;

update users set folded = name;
create unique index users_by_folded on users (folded);

create table session (
    hash text primary key check (length(hash) = 64), -- SHA-256 of the cookie's value
    actor bigint not null references users (id) on delete cascade,
    csrf text not null,
    created_at bigint not null,
    used_at bigint not null,
    expires_at bigint not null
);

create index session_by_actor on session (actor);

create table token (
    id bigserial primary key,
    actor bigint not null references users (id) on delete cascade,
    hash text not null unique check (length(hash) = 64), -- SHA-256 of the token
    hint text not null, -- its first characters, to recognise it by
    scope text not null,
    created_at bigint not null,
    used_at bigint,
    expires_at bigint,
    revoked_at bigint
);

create index token_by_actor on token (actor);

-- Failed attempts to sign in, by account and by address: what slows guessing down on every replica.
create table sign_in_failure (
    id bigserial primary key,
    subject text not null, -- 'account:…' or 'address:…'
    at bigint not null
);

create index sign_in_failure_by_subject on sign_in_failure (subject, at);

create table submission (
    id bigserial primary key,
    kind text not null,
    state text not null,
    revision bigint not null default 1, -- rises with every write: two people cannot overwrite each other
    actor bigint not null references users (id),
    token bigint, -- the token it came with
    area text, -- what its rows may lie in; null: everywhere
    file_name text,
    bytes bytea not null, -- as they came, never altered
    work text not null, -- JSON: encoding, matching, cells mended, merges
    summary text not null, -- JSON: counts, for lists
    base_seq bigint not null, -- the state of the directory it was last held against by somebody who looked
    created_at bigint not null,
    sent_at bigint,
    decided_at bigint,
    decided_by bigint references users (id),
    note text,
    first_seq bigint, -- the changes it became
    last_seq bigint,
    contact text, -- how to reach whoever sent it; erased with the decision
    told_at bigint -- when the submitter has seen the decision
);

create index submission_by_state on submission (state, id);
create index submission_by_actor on submission (actor, id);

-- How an area's sheets are read, remembered by their header.
create table matching (
    area text not null,
    header text not null, -- SHA-256 of the header's cells
    fields text not null, -- JSON: the field of each column
    at bigint not null,
    primary key (area, header)
);

-- Requests that must happen once: the key is written together with what it did.
create table idempotency (
    actor bigint not null references users (id) on delete cascade,
    key text not null,
    request text not null, -- SHA-256 of method, path and body
    at bigint not null,
    submission bigint not null references submission (id),
    status bigint, -- the answer; null where its sender died before it was written down
    body bytea,
    primary key (actor, key)
);

-- Personal values taken out of the log, with the reason. The chain still verifies.
create table redaction (
    id bigserial primary key,
    seq bigint not null,
    field text not null,
    reason text not null,
    actor bigint not null references users (id),
    at bigint not null
);

-- SQLite numbers new users by itself.
create sequence users_id start 100 owned by users.id;
alter table users alter column id set default nextval('users_id');
