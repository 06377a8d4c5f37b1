-- Official railways, imported: one row, in place of the shipped stations. `log_head.reference` rises
-- with every import.

create table railway (
    id integer primary key not null check (id = 1),
    source text not null, -- '「国土数値情報（鉄道データ）」（国土交通省） N02-24'
    stations text not null, -- CSV as the shipped list: id, name, kana, name_en, municipality, lines, operators, lat, lon
    lines text not null, -- a line a railway: JSON with class, line, operator, points; empty where the file had none
    reference integer not null, -- the reference number it came with: when it changes, stations are read again
    at integer not null -- microseconds since 1970, UTC
) strict;
