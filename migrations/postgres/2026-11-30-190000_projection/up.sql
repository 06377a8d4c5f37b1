-- People on grid squares by municipality, imported from the ministry's projection: a row a
-- municipality or ward, as the file names it. All rows are of one year and size, and none are beside
-- rows of `population`; `log_head.reference` rises with every import.

create table projection (
    district text primary key check (length(district) = 5),
    source text not null, -- 'projection-2035-500m'
    squares text not null, -- a line a square: code, total, 15 to 64, 65 and older; empty where suppressed or not told
    at bigint not null -- microseconds since 1970, UTC
);
