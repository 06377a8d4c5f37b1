-- Official lists of blocks and lots, imported: which municipalities and wards are there, and a row a
-- town with all of its blocks. `log_head.reference` rises with every import.

create table address_area (
    district text primary key not null check (length(district) = 5),
    source text not null, -- '国土交通省「位置参照情報（街区レベル）」 19.0a'
    blocks integer not null, -- how many blocks and lots
    reference integer not null, -- the reference number it came with
    at integer not null -- microseconds since 1970, UTC
) strict;

create table address_block (
    district text not null check (length(district) = 5),
    town text not null, -- its name as it is compared
    blocks text not null, -- the town's origin, then a line a block: b or l, its number, its place in millionths of a degree, its error in metres
    primary key (district, town)
) strict;
