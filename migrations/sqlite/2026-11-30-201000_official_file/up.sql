-- Official files that were imported from the folder of `serve --official`: none is imported twice.

create table official_file (
    digest text primary key not null check (length(digest) = 64), -- SHA-256 of its bytes
    name text not null, -- its path then
    size integer not null,
    modified integer not null, -- when it was last changed, microseconds since 1970, UTC
    sort text not null, -- 'railways (N02)'
    at integer not null -- microseconds since 1970, UTC
) strict;
