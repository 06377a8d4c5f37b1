-- The change log is the only truth: the directory is the last change of each facility.

create table users (
    id bigint primary key,
    name text not null unique,
    created_at bigint not null -- microseconds since 1970, UTC
);

insert into users (id, name, created_at) values
    (1, 'cli', extract(epoch from now())::bigint * 1000000),
    (2, 'shipped', extract(epoch from now())::bigint * 1000000);

-- One row. Publishers lock it before they do anything else, which puts them in line.
create table log_head (
    id integer primary key check (id = 1),
    seq bigint not null check (seq >= 0),
    hash text not null check (length(hash) = 64),
    reference bigint not null check (reference >= 0),
    directory_id text not null
);

create table change (
    seq bigint primary key check (seq > 0),
    facility text not null,
    actor bigint not null references users (id),
    submission bigint,
    at bigint not null, -- microseconds since 1970, UTC
    hash text not null check (length(hash) = 64),
    body text -- null: the record is withdrawn. Not JSONB, which reorders keys: the chain is taken over this text
);

-- The last change of a facility, and its history.
create index change_by_facility on change (facility, seq);

create function refuse_altering_the_log() returns trigger language plpgsql as $$
begin
    raise exception 'a change in the log is never altered or removed';
end
$$;

create trigger change_is_never_altered before update or delete or truncate on change
for each statement execute function refuse_altering_the_log();
