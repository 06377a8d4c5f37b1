-- Whoever reports something without an account. No account can have this name: a colon is in none.
insert into users (id, name, folded, created_at) values (0, ':visitor', ':visitor', unixepoch() * 1000000);
