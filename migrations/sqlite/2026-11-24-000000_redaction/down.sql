drop trigger redaction_is_never_deleted;
drop trigger redaction_is_never_updated;
drop index redaction_by_value;
drop trigger change_is_never_updated;
create trigger change_is_never_updated before update on change
begin
    select raise(abort, 'a change in the log is never altered or removed');
end;
