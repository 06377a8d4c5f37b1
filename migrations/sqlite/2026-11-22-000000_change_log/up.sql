-- The change log is the only truth: the directory is the last change of each facility.

create table users (
    id integer primary key not null,
    name text not null unique,
    created_at integer not null -- microseconds since 1970, UTC
) strict;

insert into users (id, name, created_at) values
    (1, 'cli', unixepoch() * 1000000),
    (2, 'shipped', unixepoch() * 1000000);

-- One row. Publishers lock it before they do anything else, which puts them in line.
create table log_head (
    id integer primary key not null check (id = 1),
    seq integer not null check (seq >= 0),
    hash text not null check (length(hash) = 64),
    reference integer not null check (reference >= 0),
    directory_id text not null
) strict;

create table change (
    seq integer primary key not null check (seq > 0),
    facility text not null,
    actor integer not null references users (id),
    submission integer,
    at integer not null, -- microseconds since 1970, UTC
    hash text not null check (length(hash) = 64),
    body text -- null: the record is withdrawn
) strict;

-- The last change of a facility, and its history.
create index change_by_facility on change (facility, seq);

create trigger change_is_never_updated before update on change
begin
    select raise(abort, 'a change in the log is never altered or removed');
end;

create trigger change_is_never_deleted before delete on change
begin
    select raise(abort, 'a change in the log is never altered or removed');
end;

-- REPLACE deletes without firing the trigger above.
create trigger change_is_never_replaced before insert on change
when exists (select 1 from change where seq = new.seq)
begin
    select raise(abort, 'a change in the log is never altered or removed');
end;
