drop table change;
drop table log_head;
drop table users;
