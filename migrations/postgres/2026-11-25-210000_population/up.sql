-- People on grid squares, imported from e-Stat's files: a row a first-level square. All rows are of
-- one census and size; `log_head.reference` rises with every import.

create table population (
    primary_mesh text primary key check (length(primary_mesh) = 4),
    source text not null, -- 'census-2020-500m'
    squares text not null, -- a line a square: code, total, 15 to 64, 65 and older; empty where hidden or not told
    at bigint not null -- microseconds since 1970, UTC
);
