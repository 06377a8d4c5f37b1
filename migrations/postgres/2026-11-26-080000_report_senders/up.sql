-- Reports of the last hour, so that no sender fills a queue by going from one process to the next. A sender
-- is a number of 16 bits made from the address: thousands of addresses share each, so it names nobody.
create table report_sender (
    id bigserial primary key,
    sender bigint not null,
    at bigint not null
);

create index report_sender_by_sender on report_sender (sender, at);
