-- A change is still never altered, but for one thing: a value that is on record as taken out may
-- leave its digest in its place. The chain holds as before, and a check of it tells anything else.

drop trigger change_is_never_altered on change;

create trigger change_is_never_altered before delete or truncate on change
for each statement execute function refuse_altering_the_log();

create function refuse_altering_more_than_is_redacted() returns trigger language plpgsql as $$
begin
    if new.seq = old.seq and new.facility = old.facility and new.actor = old.actor
        and new.submission is not distinct from old.submission and new.at = old.at and new.hash = old.hash
        and position('{"redacted":"' in new.body) > 0 and old.body is not null
        and exists (select 1 from redaction where redaction.seq = old.seq)
    then
        return new;
    end if;
    raise exception 'a change in the log is never altered or removed';
end
$$;

create trigger change_is_never_updated before update on change
for each row execute function refuse_altering_more_than_is_redacted();

-- One reason a value.
create unique index redaction_by_value on redaction (seq, field);

create function refuse_altering_redactions() returns trigger language plpgsql as $$
begin
    raise exception 'why a value was taken out stays on record';
end
$$;

create trigger redaction_is_never_altered before update or delete or truncate on redaction
for each statement execute function refuse_altering_redactions();
