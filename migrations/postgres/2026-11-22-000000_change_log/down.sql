drop table change;
drop function refuse_altering_the_log();
drop table log_head;
drop table users;
