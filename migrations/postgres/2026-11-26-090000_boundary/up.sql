-- Official boundaries, imported: a row a prefecture, in place of the shipped districts of that
-- prefecture. `log_head.reference` rises with every import.

create table boundary (
    prefecture text primary key check (length(prefecture) = 2),
    source text not null, -- '国土数値情報（行政区域データ）（国土交通省） N03-20240101'
    districts text not null, -- a line a district: P, M or W for its level, a space, its GeoJSON Feature
    reference bigint not null, -- the reference number it came with: when it changes, districts are read again
    at bigint not null -- microseconds since 1970, UTC
);
