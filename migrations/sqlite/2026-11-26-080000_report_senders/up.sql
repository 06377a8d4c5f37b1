-- Reports of the last hour, so that no sender fills a queue by going from one process to the next. A sender
-- is a number of 16 bits made from the address: thousands of addresses share each, so it names nobody.
create table report_sender (
    id integer primary key not null,
    sender integer not null,
    at integer not null
) strict;

create index report_sender_by_sender on report_sender (sender, at);
