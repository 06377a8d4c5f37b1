drop trigger redaction_is_never_altered on redaction;
drop function refuse_altering_redactions;
drop index redaction_by_value;
drop trigger change_is_never_updated on change;
drop function refuse_altering_more_than_is_redacted;
drop trigger change_is_never_altered on change;
create trigger change_is_never_altered before update or delete or truncate on change
for each statement execute function refuse_altering_the_log();
