-- A change is still never altered, but for one thing: a value that is on record as taken out may
-- leave its digest in its place. The chain holds as before, and a check of it tells anything else.

drop trigger change_is_never_updated;

create trigger change_is_never_updated before update on change
when not (
    new.seq = old.seq and new.facility = old.facility and new.actor = old.actor
    and new.submission is old.submission and new.at = old.at and new.hash = old.hash
    and ifnull(instr(new.body, '{"redacted":"'), 0) > 0 and old.body is not null
    and exists (select 1 from redaction where redaction.seq = old.seq)
)
begin
    select raise(abort, 'a change in the log is never altered or removed');
end;

-- One reason a value.
create unique index redaction_by_value on redaction (seq, field);

create trigger redaction_is_never_updated before update on redaction
begin
    select raise(abort, 'why a value was taken out stays on record');
end;

create trigger redaction_is_never_deleted before delete on redaction
begin
    select raise(abort, 'why a value was taken out stays on record');
end;
